package dev.metronome.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Measured times of one kind, in nanoseconds. Percentiles are nearest-rank: values that occurred.
 */
record Samples(List<Long> sorted) {

  Samples {
    if (sorted.isEmpty()) {
      throw new IllegalStateException("nothing was measured");
    }
    sorted = sorted.stream().sorted().toList();
  }

  double medianMillis() {
    return millis(50);
  }

  /** The value that this many percent of all do not exceed. */
  double millis(int percent) {
    int rank = (int) Math.ceil(percent / 100.0 * sorted.size());
    return sorted.get(Math.max(0, rank - 1)) / 1e6;
  }

  int count() {
    return sorted.size();
  }

  Map<String, Double> values() {
    Map<String, Double> values = new TreeMap<>();
    values.put("count", (double) count());
    values.put("median_ms", medianMillis());
    values.put("p90_ms", millis(90));
    values.put("p99_ms", millis(99));
    values.put("max_ms", millis(100));
    return values;
  }

  /** Median and spread, as a cell of the table. */
  String cell() {
    return String.format(
        Locale.ROOT,
        "median %s, p90 %s, p99 %s, max %s (n=%d)",
        Figure.time(medianMillis()),
        Figure.time(millis(90)),
        Figure.time(millis(99)),
        Figure.time(millis(100)),
        count());
  }
}
