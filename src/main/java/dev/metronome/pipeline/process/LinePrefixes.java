package dev.metronome.pipeline.process;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** The time and level before each line, {@code 2015-07-01T10:00:00.000+09:00 [INFO ] }. */
final class LinePrefixes {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSxxx", Locale.ROOT);

  private final List<OutputMark> marks;
  private final DateTimeFormatter time;

  /**
   * @param marks by ascending offset
   */
  LinePrefixes(List<OutputMark> marks, ZoneId zone) {
    this.marks = marks;
    this.time = TIME.withZone(zone);
  }

  /** The prefix of a line that begins at a place of the stream. */
  String at(long place) {
    OutputMark mark = markAt(place);
    return time.format(mark.time()) + " [" + padded(mark.level()) + "] ";
  }

  private static String padded(String level) {
    return level + " ".repeat(Math.max(0, 5 - level.length()));
  }

  /** The last mark at or before a place. */
  private OutputMark markAt(long place) {
    int low = 0;
    int high = marks.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (marks.get(middle).offset() <= place) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return marks.get(low);
  }
}
