package dev.metronome.base.loop;

import java.time.Duration;

/** What a {@link Loop} does each time round. */
@FunctionalInterface
public interface Turn {

  /** A pause for who has nothing to do until somebody calls {@link Loop#wake}. */
  Duration UNTIL_WOKEN = Duration.ofDays(365);

  /**
   * Goes round once, on the loop's thread.
   *
   * @return how long there is nothing to do then; a call of {@link Loop#wake} ends the pause
   * @throws InterruptedException if the loop is to end
   */
  Duration take() throws InterruptedException;
}
