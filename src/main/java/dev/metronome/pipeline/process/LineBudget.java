package dev.metronome.pipeline.process;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Fills a limited room with the lines of a stretch, from its beginning or from its end. The line
 * that does not fit whole is cut between two characters. Used once.
 */
final class LineBudget {
  private final OutputChunk stretch;
  private final LinePrefixes prefixes;
  private final Deque<String> lines = new ArrayDeque<>();
  private int room;
  private boolean full;

  /**
   * @param room for all lines together, in bytes of UTF-8
   */
  LineBudget(OutputChunk stretch, LinePrefixes prefixes, int room) {
    this.stretch = stretch;
    this.prefixes = prefixes;
    this.room = room;
  }

  /** Fills from the first line on; returns the place in the stream that was reached. */
  long forward() {
    int at = 0;
    while (!full && at < stretch.length()) {
      at = takeFrom(at);
    }
    return stretch.placeOf(at);
  }

  /** Fills from the last line back; returns the place in the stream that was reached. */
  long backward() {
    int at = stretch.length();
    while (!full && at > 0) {
      at = takeUntil(at);
    }
    return stretch.placeOf(at);
  }

  /** All lines, in the order of the stream. */
  String text() {
    return String.join("", lines);
  }

  private int takeFrom(int start) {
    int lineEnd = stretch.lineEnd(start);
    int textEnd = stretch.textEnd(start, lineEnd);
    String prefix = prefixes.at(stretch.placeOf(start));
    int left = room - prefix.length() - 1;
    VisibleText line = VisibleText.beginning(stretch.bytes(), start, textEnd, left);
    full = left < 0 || line.to() < textEnd;
    if (left < 0 || (full && line.to() == start)) {
      return start;
    }
    lines.addLast(prefix + line.text() + "\n");
    room = left - line.length();
    return full ? line.to() : Math.min(lineEnd + 1, stretch.length());
  }

  private int takeUntil(int end) {
    int lineEnd = stretch.bytes()[end - 1] == '\n' ? end - 1 : end;
    int start = stretch.lineStart(lineEnd);
    int textEnd = stretch.textEnd(start, lineEnd);
    String prefix = prefixes.at(stretch.placeOf(start));
    int left = room - prefix.length() - 1;
    VisibleText line = VisibleText.end(stretch.bytes(), start, textEnd, Math.max(0, left));
    full = left < 0 || line.from() > start;
    if (left < 0 || (full && line.from() == textEnd)) {
      return end;
    }
    lines.addFirst(prefix + line.text() + "\n");
    room = left - line.length();
    return line.from();
  }
}
