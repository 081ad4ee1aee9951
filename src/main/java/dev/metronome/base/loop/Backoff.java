package dev.metronome.base.loop;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait after the n-th failure in a row: doubling from 250 ms up to 10 s, each with a
 * random half taken off, so that many agents do not come back at once. Not thread-safe.
 */
public final class Backoff {

  private static final long FIRST_MILLIS = 250;
  private static final long MOST_MILLIS = 10_000;

  private final long firstMillis;
  private final long mostMillis;
  private int failures;

  public Backoff() {
    this(FIRST_MILLIS, MOST_MILLIS);
  }

  Backoff(long firstMillis, long mostMillis) {
    this.firstMillis = firstMillis;
    this.mostMillis = mostMillis;
  }

  /** The wait after one more failure. */
  public Duration next() {
    long ceiling = Math.min(mostMillis, firstMillis << Math.min(failures, 10));
    failures++;
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(ceiling / 2, ceiling + 1));
  }

  public void reset() {
    failures = 0;
  }

  public boolean isFirst() {
    return failures == 0;
  }
}
