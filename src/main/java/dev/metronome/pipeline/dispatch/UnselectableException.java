package dev.metronome.pipeline.dispatch;

import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Reason;

/** What a task file says of a task's nodes cannot be answered by Consul; asking again is no use. */
final class UnselectableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnselectableException(PlannedTask task, String why, Throwable cause) {
    super("the nodes of " + task.pattern() + "/" + task.task() + " are not known: " + why, cause);
  }

  /** How the task ends. */
  Outcome outcome() {
    return Outcome.error(Reason.FAILED, getMessage());
  }
}
