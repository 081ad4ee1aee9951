package dev.metronome.model.schedule;

import dev.metronome.model.traffic.WhenBusy;
import java.util.Objects;
import java.util.Optional;

/**
 * The lane of an event, as one pattern says.
 *
 * @param name of the lane
 * @param limit absent where it is left to others to say
 * @param whenBusy likewise
 */
public record EventLane(
    String name, Optional<Integer> limit, Optional<WhenBusy> whenBusy, Position position) {

  public EventLane {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(limit, "limit");
    Objects.requireNonNull(whenBusy, "whenBusy");
    Objects.requireNonNull(position, "position");
  }
}
