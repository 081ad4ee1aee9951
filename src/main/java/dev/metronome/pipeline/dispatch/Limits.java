package dev.metronome.pipeline.dispatch;

import dev.metronome.model.record.PlannedTask;
import java.time.Duration;

/**
 * How long the leader waits for what.
 *
 * @param start for a node that matches a task, and for a target to take it (the original: 120 s)
 * @param finish for a task to end on all targets once it is open (the original: 3,600 s); by what
 *     retries may add on a node it is longer
 * @param lost for the lock of a claim to come back after its session was lost
 * @param lostRetryable the same for a retryable task, which a returning agent runs again: longer
 *     than a service manager takes to start an agent anew (RestartSec of the unit, and the start)
 * @param cancel for a task to end on a node after it was cancelled
 */
public record Limits(
    Duration start, Duration finish, Duration lost, Duration lostRetryable, Duration cancel) {

  public static final Limits DEFAULT =
      new Limits(
          Duration.ofSeconds(120),
          Duration.ofSeconds(3_600),
          Duration.ofSeconds(5),
          Duration.ofSeconds(60),
          Duration.ofSeconds(60));

  /** For this task to end on all its targets. */
  Duration finish(PlannedTask task) {
    return finish.plusSeconds(task.rollout().addedSeconds().orElse(0L));
  }

  /** For the lock of a claim of this task: never less than for any other. */
  Duration lost(PlannedTask task) {
    return task.rollout().retryable() && lostRetryable.compareTo(lost) > 0 ? lostRetryable : lost;
  }
}
