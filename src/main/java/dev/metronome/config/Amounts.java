package dev.metronome.config;

import dev.metronome.model.schedule.Durations;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads and writes durations and sizes as people type them. */
public final class Amounts {
  private static final Pattern BYTES = Pattern.compile("(\\d{1,9})\\s*(B|KiB|MiB|GiB)?");
  private static final Map<String, Long> MILLIS =
      Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
  private static final Map<String, Long> UNITS =
      Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

  private Amounts() {}

  /**
   * {@code 500ms}, {@code 30s}, {@code 5m}, {@code 1h}, {@code 2d}, {@code 1m30s}, or plain
   * seconds.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  public static Duration duration(String text) {
    return Durations.read(text)
        .orElseThrow(() -> new IllegalArgumentException("a duration such as 500ms, 30s, 5m or 1h"));
  }

  /**
   * Bytes: a number with B, KiB, MiB, GiB or nothing after it.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static long size(String text) {
    Matcher bytes = BYTES.matcher(text.trim());
    if (!bytes.matches()) {
      throw new IllegalArgumentException("a size in bytes such as 131072, 128KiB or 1MiB");
    }
    String unit = bytes.group(2) == null ? "B" : bytes.group(2);
    return Long.parseLong(bytes.group(1)) * UNITS.get(unit);
  }

  /** The shortest form that {@link #duration} reads back. */
  public static String show(Duration duration) {
    long millis = duration.toMillis();
    for (String unit : new String[] {"d", "h", "m", "s"}) {
      if (millis != 0 && millis % MILLIS.get(unit) == 0) {
        return millis / MILLIS.get(unit) + unit;
      }
    }
    return millis + "ms";
  }

  /** The shortest form that {@link #size} reads back. */
  static String showSize(long bytes) {
    for (String unit : new String[] {"GiB", "MiB", "KiB"}) {
      if (bytes != 0 && bytes % UNITS.get(unit) == 0) {
        return bytes / UNITS.get(unit) + unit;
      }
    }
    return Long.toString(bytes);
  }
}
