package dev.metronome.model.schedule;

import dev.metronome.model.record.Reason;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;

/**
 * When, how often and after which pauses a node tries a task again that has failed there.
 *
 * @param on how an attempt must have failed
 * @param attempts in all, the first included
 * @param backoff the longest pause before the second attempt; it doubles with each further one
 * @param most the longest pause of all
 */
public record Retry(Set<Reason> on, int attempts, Duration backoff, Duration most) {
  /** One attempt. */
  public static final Retry NEVER = new Retry(Set.of(), 1, Duration.ZERO, Duration.ZERO);

  public Retry {
    on = Set.copyOf(on);
    Objects.requireNonNull(backoff, "backoff");
    Objects.requireNonNull(most, "most");
    if (attempts < 1 || backoff.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          attempts + " attempts with pauses of " + backoff + " to " + most);
    }
  }

  /** Whether another attempt follows one that has failed so. */
  public boolean follows(int attempt, Reason failure) {
    return attempt < attempts && on.contains(failure);
  }

  /** The longest pause after an attempt, from 1. */
  public Duration pause(int attempt) {
    Duration pause = backoff;
    for (int n = 1; n < attempt && pause.compareTo(most) < 0; n++) {
      pause = pause.multipliedBy(2);
    }
    return pause.compareTo(most) < 0 ? pause : most;
  }

  /** How much longer than its first attempt a task may take. */
  public Duration added(Duration timeout) {
    Duration added = timeout.multipliedBy(attempts - 1L);
    for (int attempt = 1; attempt < attempts; attempt++) {
      added = added.plus(pause(attempt));
    }
    return added;
  }
}
