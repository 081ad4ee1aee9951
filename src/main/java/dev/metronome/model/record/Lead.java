package dev.metronome.model.record;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * {@code leader}: who leads, in the value of the key whose lock is leadership.
 *
 * @param incarnation the very process
 * @param startSeconds how long this leader waits for a target to take a task
 * @param finishSeconds how long this leader waits for a task to end on all its targets
 */
public record Lead(
    String node, String incarnation, Optional<Long> startSeconds, Optional<Long> finishSeconds) {

  public Lead {
    Objects.requireNonNull(node, "Node");
    incarnation = incarnation == null ? "" : incarnation;
    startSeconds = startSeconds == null ? Optional.empty() : startSeconds;
    finishSeconds = finishSeconds == null ? Optional.empty() : finishSeconds;
  }

  public static Lead of(String node, String incarnation, Duration start, Duration finish) {
    return new Lead(
        node, incarnation, Optional.of(start.toSeconds()), Optional.of(finish.toSeconds()));
  }
}
