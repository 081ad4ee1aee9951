package dev.metronome.model.schedule;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;

/**
 * A place in a file, as an editor counts: from 1.
 *
 * @param file as the user named it
 * @param line 1 for the first line
 * @param column 1 for the first character of the line
 */
public record Position(Path file, int line, int column) implements Comparable<Position> {
  private static final Comparator<Position> ORDER =
      Comparator.comparing(Position::file)
          .thenComparingInt(Position::line)
          .thenComparingInt(Position::column);

  public Position {
    Objects.requireNonNull(file, "file");
    if (line < 1 || column < 1) {
      throw new IllegalArgumentException("line and column count from 1: " + line + ":" + column);
    }
  }

  /** The start of a file, where problems of the whole file are reported. */
  static Position startOf(Path file) {
    return new Position(file, 1, 1);
  }

  @Override
  public int compareTo(Position other) {
    return ORDER.compare(this, other);
  }

  /** {@code path:line:column}, which terminals and editors turn into a link. */
  @Override
  public String toString() {
    return file + ":" + line + ":" + column;
  }
}
