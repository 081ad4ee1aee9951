package dev.metronome.cli;

import dev.metronome.config.Amounts;
import java.time.Duration;

/** Reads durations that are options of one command. */
final class Times {

  private Times() {}

  /**
   * @throws Refusal if it is no duration, or a longer one than {@code most}
   */
  static Duration read(String option, String text, Duration most) {
    try {
      Duration time = Amounts.duration(text);
      if (time.compareTo(most) <= 0) {
        return time;
      }
    } catch (IllegalArgumentException e) {
      throw new Refusal(
          ExitCode.USAGE, option + " must be " + e.getMessage() + ", found `" + text + "`", e);
    }
    throw new Refusal(
        ExitCode.USAGE,
        option + " must be at most " + Amounts.show(most) + ", found `" + text + "`");
  }
}
