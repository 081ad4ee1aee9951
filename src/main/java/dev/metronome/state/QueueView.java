package dev.metronome.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.metronome.model.record.Blocked.BlockedEvent;
import java.util.List;
import java.util.Optional;

/**
 * What waits to be dispatched.
 *
 * @param waiting how many events
 * @param events the first of them, in their order; fewer than {@code waiting} if it is long
 * @param blocked those of them that may not begin, though it would be their turn
 * @param newer those of the first that a newer agent wrote; they stay, and hold up the others
 */
public record QueueView(
    int waiting,
    List<EventSummary> events,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<BlockedEvent> blocked,
    List<LeftAlone> newer) {
  public QueueView {
    events = List.copyOf(events);
    blocked = List.copyOf(blocked);
    newer = List.copyOf(newer);
  }

  /** Without any that a newer agent wrote. */
  public QueueView(int waiting, List<EventSummary> events) {
    this(waiting, events, List.of(), List.of());
  }

  /** Why an event may not begin; empty if it waits for its turn alone. */
  public Optional<BlockedEvent> blocked(String eventId) {
    return blocked.stream().filter(each -> each.eventId().equals(eventId)).findFirst();
  }
}
