package dev.metronome.cli;

import dev.metronome.config.Amounts;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Reads durations that are options of one command. */
final class Times {

  private Times() {}

  /**
   * A time, or how long ago it was.
   *
   * @throws CommandException if it is neither
   */
  static Instant since(String option, String text, Instant now, Duration most) {
    if (!text.matches("\\d{4}-.*")) {
      return now.minus(read(option, text, most));
    }
    try {
      return text.contains("T")
          ? OffsetDateTime.parse(text).toInstant()
          : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeException e) {
      throw new CommandException(
          ExitCode.USAGE,
          option
              + " must be a time with its zone such as 2026-01-31T08:00:00Z, a day of UTC such as"
              + " 2026-01-31, or how long ago such as 30m, 12h or 7d; found `"
              + text
              + "`",
          e);
    }
  }

  /**
   * A time to come, or how far ahead it is.
   *
   * @param most how far ahead it may be
   * @throws CommandException if it is neither, or has passed
   */
  static Instant ahead(String option, String text, Instant now, Duration most) {
    Instant time;
    if (!text.matches("\\d{4}-.*")) {
      time = now.plus(read(option, text, most));
    } else {
      try {
        time = OffsetDateTime.parse(text).toInstant();
      } catch (DateTimeException e) {
        throw new CommandException(
            ExitCode.USAGE,
            option
                + " must be a time with its zone such as 2026-01-31T08:00:00Z, or how far ahead"
                + " such as 30m, 12h or 7d; found `"
                + text
                + "`",
            e);
      }
    }
    if (!time.isAfter(now) || time.isAfter(now.plus(most))) {
      throw new CommandException(
          ExitCode.USAGE,
          option
              + " must be a time to come, at most "
              + Amounts.show(most)
              + " ahead; found `"
              + text
              + "`");
    }
    return time;
  }

  /**
   * @throws CommandException if it is no duration, or a longer one than {@code most}
   */
  static Duration read(String option, String text, Duration most) {
    try {
      Duration time = Amounts.duration(text);
      if (time.compareTo(most) <= 0) {
        return time;
      }
    } catch (IllegalArgumentException e) {
      throw new CommandException(
          ExitCode.USAGE, option + " must be " + e.getMessage() + ", found `" + text + "`", e);
    }
    throw new CommandException(
        ExitCode.USAGE,
        option + " must be at most " + Amounts.show(most) + ", found `" + text + "`");
  }
}
