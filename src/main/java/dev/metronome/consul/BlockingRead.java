package dev.metronome.consul;

import java.time.Duration;

/**
 * One blocking query: returns when the index has gone beyond the given one, or the wait is over.
 */
@FunctionalInterface
public interface BlockingRead<T> {

  /**
   * @param index unsigned, since the index of user events is; 0 to return at once
   * @throws InterruptedException if the watch is being closed
   */
  Snapshot<T> read(long index, Duration wait) throws InterruptedException;
}
