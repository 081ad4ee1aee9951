package dev.metronome.embedded;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Which keys nobody may lock yet, because the session that held them was invalidated or destroyed.
 * Guarded by the {@link Store}'s lock.
 */
final class LockDelays {
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final Map<String, Instant> ends = new HashMap<>();
  private final Clock clock;

  LockDelays(Clock clock) {
    this.clock = clock;
  }

  void start(String key, long nanos) {
    Duration delay = Duration.ofNanos(Math.min(nanos, LONGEST.toNanos()));
    if (!delay.isZero()) {
      ends.put(key, clock.instant().plus(delay));
    }
  }

  boolean holds(String key) {
    Instant end = ends.get(key);
    if (end != null && !clock.instant().isBefore(end)) {
      ends.remove(key);
      return false;
    }
    return end != null;
  }
}
