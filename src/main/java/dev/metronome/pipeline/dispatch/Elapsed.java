package dev.metronome.pipeline.dispatch;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How long this leader has seen something to be so. Monotonic, so that a clock set wrong never ends
 * anything early; a new leader counts anew, so that a change of leaders makes a timeout later,
 * never earlier. Thread-safe.
 */
final class Elapsed {

  private final LongSupplier nanos;
  private final Map<String, Long> since = new HashMap<>();
  private String scope = "";

  Elapsed(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Forgets everything when something else has become the subject. */
  synchronized void about(String now) {
    if (!scope.equals(now)) {
      since.clear();
      scope = now;
    }
  }

  /** Time since the first call with this name about the present subject. */
  synchronized Duration of(String name) {
    long now = nanos.getAsLong();
    return Duration.ofNanos(now - since.computeIfAbsent(name, n -> now));
  }

  /** Begins this anew, or at all. */
  synchronized void restart(String name) {
    since.put(name, nanos.getAsLong());
  }

  /** Time since the last {@link #restart} of this name; empty if there was none. */
  synchronized Optional<Duration> sinceRestart(String name) {
    return Optional.ofNullable(since.get(name)).map(it -> Duration.ofNanos(nanos.getAsLong() - it));
  }

  synchronized void reset(String name) {
    since.remove(name);
  }

  /** True at the first call and then once each period. */
  synchronized boolean isDue(String name, Duration period) {
    Long last = since.get(name);
    long now = nanos.getAsLong();
    if (last != null && now - last < period.toNanos()) {
      return false;
    }
    since.put(name, now);
    return true;
  }
}
