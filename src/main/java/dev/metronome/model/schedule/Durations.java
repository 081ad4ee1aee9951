package dev.metronome.model.schedule;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people type them, in task files, settings and options alike. */
public final class Durations {
  /** Nine digits a part and forty characters keep every sum within a long. */
  private static final int LONGEST = 40;

  private static final Pattern PART = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
  private static final Pattern SECONDS = Pattern.compile("\\+?(\\d[\\d_]*)(?:\\.0+)?");
  private static final Map<String, Long> MILLIS =
      Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

  private Durations() {}

  /**
   * {@code 500ms}, {@code 30s}, {@code 5m}, {@code 1h}, {@code 2d}, {@code 1m30s}, or plain
   * seconds, which may be written as YAML's numbers are: {@code 1_000}, {@code 60.0}.
   *
   * @return empty if it is none of these
   */
  public static Optional<Duration> read(String text) {
    String trimmed = text.trim();
    Matcher seconds = SECONDS.matcher(trimmed);
    String units = seconds.matches() ? seconds.group(1).replace("_", "") + "s" : trimmed;
    Matcher part = PART.matcher(units);
    long millis = 0;
    int end = 0;
    while (part.find() && part.start() == end) {
      millis += Long.parseLong(part.group(1)) * MILLIS.get(part.group(2));
      end = part.end();
    }
    return end == 0 || end < units.length() || end > LONGEST
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(millis));
  }
}
