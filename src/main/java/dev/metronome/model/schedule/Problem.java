package dev.metronome.model.schedule;

import java.util.Comparator;
import java.util.Objects;

/**
 * Something wrong in a file: where, how bad, and one sentence that says what and, where possible,
 * what to write instead. The order is that of the places, errors before warnings.
 *
 * @param message one line, safe to print on a terminal and in a log
 */
public record Problem(Severity severity, Position position, String message)
    implements Comparable<Problem> {
  private static final Comparator<Problem> ORDER =
      Comparator.comparing(Problem::position)
          .thenComparing(Problem::severity)
          .thenComparing(Problem::message);

  public Problem {
    Objects.requireNonNull(severity, "severity");
    Objects.requireNonNull(position, "position");
    Objects.requireNonNull(message, "message");
  }

  @Override
  public int compareTo(Problem other) {
    return ORDER.compare(this, other);
  }

  /** {@code path:line:column: error: message}. */
  @Override
  public String toString() {
    return position + ": " + severity + ": " + message;
  }
}
