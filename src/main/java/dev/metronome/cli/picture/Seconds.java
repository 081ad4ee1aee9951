package dev.metronome.cli.picture;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** How long something took, for people. */
public final class Seconds {

  private Seconds() {}

  /** {@code 1.2 s}, {@code 4 min 5 s}, {@code 1 h 30 min}, {@code 2 d 3 h}. */
  public static String of(Duration duration) {
    if (duration.toDays() > 0) {
      return duration.toDays() + " d " + duration.toHoursPart() + " h";
    }
    if (duration.toHours() > 0) {
      return duration.toHours() + " h " + duration.toMinutesPart() + " min";
    }
    if (duration.toMinutes() > 0) {
      return duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
    }
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1_000.0);
  }

  /** {@code in 1.2 s}, or nothing if a time is not known. */
  public static String between(Optional<Instant> from, Optional<Instant> to) {
    return from.isEmpty() || to.isEmpty()
        ? ""
        : " in " + of(Duration.between(from.get(), to.get()));
  }
}
