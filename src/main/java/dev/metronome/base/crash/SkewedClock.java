package dev.metronome.base.crash;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * The clock of a machine whose time a test has set wrong: {@code -Dmetronome.clock-offset=PT1H}.
 */
public final class SkewedClock {

  private static final Optional<Duration> OFFSET =
      Optional.ofNullable(System.getProperty("metronome.clock-offset")).map(Duration::parse);

  private SkewedClock() {}

  /** The machine's own clock, unless a test asked for another. */
  public static Clock system() {
    return OFFSET
        .map(offset -> Clock.offset(Clock.systemUTC(), offset))
        .orElseGet(Clock::systemUTC);
  }

  /** What this process has been asked for, if anything. */
  public static Optional<Duration> asked() {
    return OFFSET;
  }
}
