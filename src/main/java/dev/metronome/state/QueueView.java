package dev.metronome.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.metronome.model.record.Blocked.BlockedEvent;
import dev.metronome.model.record.Lane;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What waits to be dispatched.
 *
 * @param waiting how many events
 * @param events the first of them, in their order; fewer than {@code waiting} if it is long
 * @param blocked those of them that may not begin, though it would be their turn
 * @param lanes in which events of these names are to be in progress; of others the common one
 * @param newer those of the first that a newer agent wrote; they stay, and hold up the others
 */
public record QueueView(
    int waiting,
    List<EventSummary> events,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<BlockedEvent> blocked,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> lanes,
    List<LeftAlone> newer) {
  public QueueView {
    events = List.copyOf(events);
    blocked = List.copyOf(blocked);
    lanes = new TreeMap<>(lanes);
    newer = List.copyOf(newer);
  }

  /** Without any that a newer agent wrote. */
  public QueueView(int waiting, List<EventSummary> events) {
    this(waiting, events, List.of(), Map.of(), List.of());
  }

  /**
   * The same, with the lanes of its events.
   *
   * @param all of events by their names, as the leader's task files say
   */
  QueueView in(Map<String, Lane> all) {
    Map<String, String> named = new TreeMap<>();
    for (EventSummary event : events) {
      Optional.ofNullable(all.get(event.name()))
          .ifPresent(lane -> named.put(event.name(), lane.name()));
    }
    return new QueueView(waiting, events, blocked, named, newer);
  }

  /** The lane that an event waits for. */
  public String lane(EventSummary event) {
    return lanes.getOrDefault(event.name(), Lane.COMMON.name());
  }

  /** Why an event may not begin; empty if it waits for its turn alone. */
  public Optional<BlockedEvent> blocked(String eventId) {
    return blocked.stream().filter(each -> each.eventId().equals(eventId)).findFirst();
  }
}
