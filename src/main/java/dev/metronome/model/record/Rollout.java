package dev.metronome.model.record;

import java.util.Optional;

/**
 * How a task is rolled out over its nodes: what task.yml says of it, and the leader goes by.
 *
 * @param skippable whether it is skipped, rather than timed out, when nobody matches
 * @param skipUnreachable whether nodes that cannot take it are left out, rather than fail it
 * @param retryable whether an interrupted run may be run again
 * @param maxAttempts how often it may be run at most on one node after crashes
 * @param attempts how often a node tries it at most; absent: once
 * @param drainSeconds how long its service is out of traffic on a node before the operations begin;
 *     absent: it stays in traffic
 * @param addedSeconds how much longer than one attempt it may take on a node; absent: not at all
 * @param goesOn that the event goes on when it has failed; absent: it ends
 */
public record Rollout(
    boolean skippable,
    boolean skipUnreachable,
    boolean retryable,
    int maxAttempts,
    Optional<Integer> attempts,
    Optional<Long> drainSeconds,
    Optional<Long> addedSeconds,
    Optional<Boolean> goesOn) {

  public Rollout {
    attempts = attempts == null ? Optional.empty() : attempts;
    drainSeconds = drainSeconds == null ? Optional.empty() : drainSeconds;
    addedSeconds = addedSeconds == null ? Optional.empty() : addedSeconds;
    goesOn = goesOn == null ? Optional.empty() : goesOn.filter(it -> it);
  }

  /** The same, of a task whose service stays in traffic. */
  public Rollout undrained() {
    return new Rollout(
        skippable,
        skipUnreachable,
        retryable,
        maxAttempts,
        attempts,
        Optional.empty(),
        addedSeconds,
        goesOn);
  }

  /** Of a task that a node tries once. */
  public Rollout(boolean skippable, boolean skipUnreachable, boolean retryable, int maxAttempts) {
    this(
        skippable,
        skipUnreachable,
        retryable,
        maxAttempts,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
