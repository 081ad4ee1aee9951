package dev.metronome.model.schedule;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The problems of one file, as they are found. Bounded: a file that is wrong everywhere is told so
 * {@value #MAX_EACH} times. Not thread-safe.
 */
final class Findings {
  private static final int MAX_EACH = 500;

  private final List<Problem> problems = new ArrayList<>();
  private final Map<Severity, Integer> counts = new EnumMap<>(Severity.class);

  void error(Position position, String message) {
    add(Severity.ERROR, position, message);
  }

  void warning(Position position, String message) {
    add(Severity.WARNING, position, message);
  }

  void add(Severity severity, Position position, String message) {
    int count = counts.merge(severity, 1, Integer::sum);
    if (count < MAX_EACH) {
      problems.add(new Problem(severity, position, message));
    } else if (count == MAX_EACH) {
      problems.add(
          new Problem(severity, position, message + " (further " + severity + "s are not shown)"));
    }
  }

  /** Whether further ones are not kept, so that nobody need look for them. */
  boolean isFull(Severity severity) {
    return counts.getOrDefault(severity, 0) >= MAX_EACH;
  }

  boolean hasErrors() {
    return counts.containsKey(Severity.ERROR);
  }

  List<Problem> problems() {
    return problems;
  }
}
