package dev.metronome.pipeline.dispatch;

import dev.metronome.model.record.Plan;
import java.util.Optional;

/** What the leader is about to write, as far as it may open a task. */
public sealed interface OpensTask permits Step, Planned {

  /** The plan whose head task is to be opened and has no nodes selected yet, if there is one. */
  Optional<Plan> waitingPlan();

  /** Whether nodes must be selected before it is written. */
  default boolean opensTask() {
    return waitingPlan().isPresent();
  }
}
