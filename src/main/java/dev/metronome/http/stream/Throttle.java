package dev.metronome.http.stream;

import dev.metronome.consul.Gate;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Holds a watch back for some time after each answer, so that changes in quick succession come as
 * one; the longer, the larger the answers are. A single change is never held back.
 */
final class Throttle implements Gate {

  private static final long MOST_MILLIS = 1_000;

  /** As much as reading may cost while everything changes all the time. */
  private static final int BYTES_PER_MILLI = 2_048;

  private final long leastMillis;
  private final CountDownLatch never = new CountDownLatch(1);
  private volatile long millis;
  private volatile long answeredNanos = System.nanoTime();

  Throttle(long leastMillis) {
    this.leastMillis = leastMillis;
  }

  /** An answer of this size has come. */
  void answered(long bytes) {
    answeredNanos = System.nanoTime();
    millis = Math.min(MOST_MILLIS, Math.max(leastMillis, bytes / BYTES_PER_MILLI));
  }

  @Override
  public void await() throws InterruptedException {
    long left = millis - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - answeredNanos);
    if (left > 0) {
      never.await(left, TimeUnit.MILLISECONDS);
    }
  }
}
