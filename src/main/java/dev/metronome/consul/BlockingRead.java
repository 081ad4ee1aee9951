package dev.metronome.consul;

import java.math.BigInteger;
import java.time.Duration;
import org.kiwiproject.consul.option.ImmutableQueryOptions;
import org.kiwiproject.consul.option.QueryOptions;

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

  static QueryOptions options(long index, Duration wait) {
    return index == 0
        ? ImmutableQueryOptions.builder().build()
        : QueryOptions.blockSeconds(
                Math.toIntExact(wait.toSeconds()), new BigInteger(Long.toUnsignedString(index)))
            .build();
  }
}
