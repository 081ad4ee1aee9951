package dev.metronome.state.forecast;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.metronome.model.record.Event;
import dev.metronome.model.schedule.LaneNeighbour;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.model.traffic.LaneRule;
import dev.metronome.model.traffic.WhenBusy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The lane that an event would begin in.
 *
 * @param limit how many of its events may be in progress at once
 * @param whenBusy what becomes of the event if the lane is busy: queue, reject, replace
 * @param ahead what is in progress there, then what waits before it
 * @param replaced what waits there by its name and would end as skip
 * @param further how many more wait, in all lanes, of a queue that is too long to be read
 * @param beside lanes of which something may run on the same nodes at the same time
 */
public record LaneForecast(
    String name,
    int limit,
    String whenBusy,
    List<EventAhead> ahead,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<EventAhead> replaced,
    Optional<Integer> further,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<LaneNeighbour> beside) {

  private static final long NEVER = Long.MAX_VALUE;

  public LaneForecast {
    Objects.requireNonNull(name, "Name");
    Objects.requireNonNull(whenBusy, "WhenBusy");
    ahead = ahead == null ? List.of() : List.copyOf(ahead);
    replaced = replaced == null ? List.of() : List.copyOf(replaced);
    further = further == null ? Optional.empty() : further;
    beside = beside == null ? List.of() : List.copyOf(beside);
  }

  static LaneForecast of(Event event, Schedule files, LaneQueue queue) {
    LaneRule rule = files.laneOf(event.name());
    LaneQueue.Content found = queue.of(rule.lane().name(), files);
    List<EventAhead> ahead = new ArrayList<>(found.events());
    List<EventAhead> replaced =
        rule.whenBusy() == WhenBusy.REPLACE
            ? ahead.stream().filter(it -> !it.runs() && it.name().equals(event.name())).toList()
            : List.of();
    ahead.removeAll(replaced);
    if (event.isAhead()) {
      ahead.removeIf(other -> !other.keepsItsPlace());
    }
    return new LaneForecast(
        rule.lane().name(),
        rule.lane().limit(),
        rule.whenBusy().toString(),
        ahead,
        replaced,
        found.further(),
        files.neighboursOf(event.name()));
  }

  /** Those that do not wait any more. */
  public List<EventAhead> running() {
    return ahead.stream().filter(EventAhead::runs).toList();
  }

  /** Why the event would end at once; empty if it would not. */
  Optional<String> rejection() {
    return running().size() >= limit && whenBusy.equals(WhenBusy.REJECT.toString())
        ? Optional.of(
            "its lane "
                + name
                + " is busy with "
                + String.join(", ", running().stream().map(EventAhead::title).toList())
                + ": by `when_busy: reject` it would end as skip")
        : Optional.empty();
  }

  /**
   * When it is the event's turn, at the earliest; empty if that cannot be known. What those before
   * it wait for besides does not count.
   */
  Optional<Instant> turn(Instant now) {
    List<Long> ends = new ArrayList<>();
    for (EventAhead event : ahead) {
      long begins = event.runs() ? 0 : free(ends);
      ends.add(begins == NEVER ? NEVER : event.leftSeconds().map(it -> begins + it).orElse(NEVER));
    }
    long free = free(ends);
    return further.isPresent() || free == NEVER
        ? Optional.empty()
        : Optional.of(now.plusSeconds(free));
  }

  /** When fewer are in progress than may be, in seconds from now. */
  private long free(List<Long> ends) {
    return ends.size() < limit
        ? 0
        : ends.stream().sorted().skip(ends.size() - limit).findFirst().orElseThrow();
  }
}
