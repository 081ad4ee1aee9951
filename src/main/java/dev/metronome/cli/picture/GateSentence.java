package dev.metronome.cli.picture;

import dev.metronome.model.record.GateWait;
import java.time.Duration;
import java.time.Instant;

/** What a task waits for at its gate of health, with its clock. */
public final class GateSentence {

  private GateSentence() {}

  /**
   * {@code waiting for app-7: check `http` critical for 40 s, 4 min 10 s left}, or {@code well for
   * 4 s, 4 min 46 s left}.
   */
  public static String of(GateWait gate, Instant now) {
    return gate.what().map(what -> "waiting for " + what).orElse("well")
        + " for "
        + seconds(Duration.between(gate.since(), now))
        + ", "
        + seconds(Duration.between(now, gate.until()))
        + " left";
  }

  /** Two clocks may be a little apart: never less than nothing. */
  private static String seconds(Duration time) {
    Duration shown = time.isNegative() ? Duration.ZERO : time;
    return shown.toMinutes() == 0 ? shown.toSeconds() + " s" : Seconds.of(shown);
  }
}
