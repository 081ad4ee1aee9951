package dev.metronome.model.traffic;

import dev.metronome.model.record.Lane;
import java.util.Objects;

/**
 * The lane that an event begins in.
 *
 * @param whenBusy what becomes of it if the lane is busy when it is fired
 */
public record LaneRule(Lane lane, WhenBusy whenBusy) {

  /** Of an event that names none. */
  public static final LaneRule COMMON = new LaneRule(Lane.COMMON, WhenBusy.QUEUE);

  public LaneRule {
    Objects.requireNonNull(lane, "lane");
    Objects.requireNonNull(whenBusy, "whenBusy");
  }
}
