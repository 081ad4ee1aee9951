package dev.metronome.pipeline.intake;

import dev.metronome.model.record.Event;
import java.util.List;

/** Whether an event would still do what its sender has seen in a plan. */
@FunctionalInterface
public interface Expectation {

  /**
   * What has changed since, in sentences; none if nothing has.
   *
   * @param fingerprint of the plan
   * @throws IllegalArgumentException if it is no fingerprint, or no such event can be planned
   */
  List<String> changes(String fingerprint, Event event);
}
