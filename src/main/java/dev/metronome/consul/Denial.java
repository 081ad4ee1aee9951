package dev.metronome.consul;

import org.slf4j.event.Level;

/** How loud a failure is said. */
public final class Denial {

  private Denial() {}

  /** What a missing right stops does not come back by itself: an error. All else: a warning. */
  public static Level level(Throwable failure) {
    return failure instanceof ConsulDeniedException
            || failure.getCause() instanceof ConsulDeniedException // a route's comes wrapped
        ? Level.ERROR
        : Level.WARN;
  }
}
