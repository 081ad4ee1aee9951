package dev.metronome.bench;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Counts of requests by kind. */
final class Requests {

  private Requests() {}

  static List<Request> all(Map<String, List<Request>> byNode) {
    return byNode.values().stream().flatMap(Collection::stream).toList();
  }

  /** Such as {@code claim 1.00, watch 4.20}, each divided by a number. */
  static String kinds(Collection<Request> requests, double divisor) {
    Map<String, Long> counts =
        requests.stream()
            .collect(Collectors.groupingBy(Request::kind, TreeMap::new, Collectors.counting()));
    return counts.entrySet().stream()
        .map(
            kind -> String.format(Locale.ROOT, "%s %.3f", kind.getKey(), kind.getValue() / divisor))
        .collect(Collectors.joining(", "));
  }
}
