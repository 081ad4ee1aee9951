package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * {@code leader}: who leads, in the value of the key whose lock is leadership.
 *
 * @param incarnation the very process
 * @param startSeconds how long this leader waits for a target to take a task
 * @param finishSeconds how long this leader waits for a task to end on all its targets
 * @param lostSeconds how long this leader waits for an agent that has vanished to come back
 * @param lostRetryableSeconds the same where the agent runs a retryable task
 * @param routes its routes that decide and were edited: what they decide cannot be told elsewhere
 */
public record Lead(
    String node,
    String incarnation,
    Optional<Long> startSeconds,
    Optional<Long> finishSeconds,
    Optional<Long> lostSeconds,
    Optional<Long> lostRetryableSeconds,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> routes) {

  public Lead {
    Objects.requireNonNull(node, "Node");
    incarnation = incarnation == null ? "" : incarnation;
    startSeconds = startSeconds == null ? Optional.empty() : startSeconds;
    finishSeconds = finishSeconds == null ? Optional.empty() : finishSeconds;
    lostSeconds = lostSeconds == null ? Optional.empty() : lostSeconds;
    lostRetryableSeconds = lostRetryableSeconds == null ? Optional.empty() : lostRetryableSeconds;
    routes = routes == null ? List.of() : List.copyOf(routes);
  }

  public static Lead of(String node, String incarnation, Duration start, Duration finish) {
    return new Lead(
        node,
        incarnation,
        Optional.of(start.toSeconds()),
        Optional.of(finish.toSeconds()),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** The same, with routes of its own that decide. */
  public Lead by(List<String> own) {
    return new Lead(
        node, incarnation, startSeconds, finishSeconds, lostSeconds, lostRetryableSeconds, own);
  }

  /** The same, with how long it waits for an agent that has vanished. */
  public Lead waiting(Duration lost, Duration lostRetryable) {
    return new Lead(
        node,
        incarnation,
        startSeconds,
        finishSeconds,
        Optional.of(lost.toSeconds()),
        Optional.of(lostRetryable.toSeconds()),
        routes);
  }

  /** How long this leader waits for the agent of such a task to come back. */
  public Optional<Long> lostSeconds(PlannedTask task) {
    return task.rollout().retryable()
        ? lostRetryableSeconds.map(longer -> Math.max(longer, lostSeconds.orElse(longer)))
        : lostSeconds;
  }
}
