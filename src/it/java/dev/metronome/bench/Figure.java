package dev.metronome.bench;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One row of the table.
 *
 * @param id stable name, for {@code --json}
 * @param what in words
 * @param wanted in words, empty if nothing is
 * @param measured in words
 * @param original what the original needs for it, as issue 2 has it, or empty
 * @param met empty if nothing is wanted or nothing was measured
 * @param values the same as numbers
 */
record Figure(
    String id,
    String what,
    String wanted,
    String measured,
    String original,
    Optional<Boolean> met,
    Map<String, Double> values) {

  /** Nothing is wanted of it; it is there to read the others by. */
  static Figure plain(String id, String what, String measured, Map<String, Double> values) {
    return new Figure(id, what, "", measured, "", Optional.empty(), values);
  }

  static Figure times(String id, String what, Samples samples) {
    return plain(id, what, samples.cell(), samples.values());
  }

  /** The same with a wanted limit, and whether it is kept. */
  Figure wanted(String limit, boolean kept) {
    return new Figure(id, what, limit, measured, original, Optional.of(kept), values);
  }

  Figure original(String figure) {
    return new Figure(id, what, wanted, measured, figure, met, values);
  }

  String verdict() {
    return met.map(kept -> kept ? "met" : "**missed**").orElse("");
  }

  static String time(double millis) {
    return millis < 1_000
        ? String.format(Locale.ROOT, "%.1f ms", millis)
        : String.format(Locale.ROOT, "%.2f s", millis / 1_000);
  }

  static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
