package dev.metronome.model.schedule;

import java.time.Duration;
import java.util.Objects;

/**
 * Whether and how a node may run a task's operations again after its agent died during them.
 *
 * @param retryable whether more than one attempt is allowed at all
 * @param maxAttempts attempts in all, the first included; 1 if not retryable
 * @param backoff pause before each further attempt
 */
public record CrashRetry(boolean retryable, int maxAttempts, Duration backoff) {
  /** One attempt. */
  public static final CrashRetry NEVER = new CrashRetry(false, 1, Duration.ZERO);

  public CrashRetry {
    Objects.requireNonNull(backoff, "backoff");
    if (maxAttempts < 1 || (!retryable && maxAttempts != 1)) {
      throw new IllegalArgumentException("maxAttempts " + maxAttempts + " of retry " + retryable);
    }
  }
}
