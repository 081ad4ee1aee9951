package dev.metronome.bench;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One row of the table.
 *
 * @param id stable name, for {@code --json}
 * @param what in words
 * @param wanted in words, empty if nothing is
 * @param measured in words
 * @param floor the least that it can be, and how many times that it is; empty if nothing is known
 * @param original what the original needs for it, or empty
 * @param met empty if nothing is wanted or nothing was measured
 * @param values the same as numbers
 */
record Figure(
    String id,
    String what,
    String wanted,
    String measured,
    String floor,
    String original,
    Optional<Boolean> met,
    Map<String, Double> values) {

  /** Nothing is wanted of it; it is there to read the others by. */
  static Figure plain(String id, String what, String measured, Map<String, Double> values) {
    return new Figure(id, what, "", measured, "", "", Optional.empty(), values);
  }

  static Figure times(String id, String what, Samples samples) {
    return plain(id, what, samples.cell(), samples.values());
  }

  /** The same, and how many times the floor its median is. */
  static Figure times(String id, String what, Samples samples, double floorMillis) {
    return times(id, what, samples)
        .floor(time(floorMillis), floorMillis, samples.medianMillis() / floorMillis);
  }

  /** The same beside what is the least, or the most, that it can be. */
  Figure floor(String text, double value, double ratio) {
    Map<String, Double> more = new TreeMap<>(values);
    more.put("floor", value);
    more.put("times_floor", ratio);
    String cell = String.format(Locale.ROOT, "%s, %.1f ×", text, ratio);
    return new Figure(id, what, wanted, measured, cell, original, met, more);
  }

  /** The same with one more number. */
  Figure with(String name, double value, String text) {
    Map<String, Double> more = new TreeMap<>(values);
    more.put(name, value);
    return new Figure(id, what, wanted, measured + ", " + text, floor, original, met, more);
  }

  /** The same with a wanted limit, and whether it is kept. */
  Figure wanted(String limit, boolean kept) {
    return new Figure(id, what, limit, measured, floor, original, Optional.of(kept), values);
  }

  Figure original(String figure) {
    return new Figure(id, what, wanted, measured, floor, figure, met, values);
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
