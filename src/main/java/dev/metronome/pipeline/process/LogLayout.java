package dev.metronome.pipeline.process;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The kept bytes laid out as log lines that fit a limit.
 *
 * <p><i>Guarantees:</i> the text is no longer than the limit. If not all fits, each half of the
 * room is filled from its own end, and the line between them counts what is left out.
 *
 * @param text lines, each ended by a newline
 * @param omitted how many bytes the text does not show
 */
record LogLayout(String text, long omitted) {
  /** The length of an empty line with its time, level and newline. */
  static final int SHORTEST_LINE = "2015-07-01T10:00:00.000+09:00 [INFO ] \n".length();

  private static final Pattern OMISSION =
      Pattern.compile("\\.\\.\\. [0-9,]+ bytes omitted \\.\\.\\.");
  private static final int LONGEST_OMISSION = omission(Long.MAX_VALUE).length();

  /**
   * @param head the first bytes of the stream
   * @param tail the last ones
   * @param limit for the text, in bytes of UTF-8
   */
  static LogLayout of(OutputChunk head, OutputChunk tail, LinePrefixes prefixes, int limit) {
    if (head.end() < tail.placeOf(0)) {
      return bothEnds(head, tail, prefixes, limit);
    }
    OutputChunk whole = head.join(tail);
    LineBudget all = new LineBudget(whole, prefixes, limit);
    return all.forward() == whole.end()
        ? new LogLayout(all.text(), 0)
        : bothEnds(whole, whole, prefixes, limit);
  }

  /**
   * Each end gets less room than it has bytes, and a byte never takes less than its own room in the
   * text. So what does not fit whole cannot overlap, and where the kept bytes were cut, perhaps
   * within a character, is never reached.
   */
  private static LogLayout bothEnds(
      OutputChunk head, OutputChunk tail, LinePrefixes prefixes, int limit) {
    int room = (limit - LONGEST_OMISSION) / 2;
    LineBudget beginning = new LineBudget(head, prefixes, room);
    LineBudget end = new LineBudget(tail, prefixes, room);
    long from = beginning.forward();
    long omitted = end.backward() - from;
    return new LogLayout(beginning.text() + omission(omitted) + end.text(), omitted);
  }

  private static String omission(long bytes) {
    return String.format(Locale.ROOT, "... %,d bytes omitted ...\n", bytes);
  }

  /** No line of a log looks so: each begins with its time. */
  static boolean isOmission(String line) {
    return OMISSION.matcher(line).matches();
  }
}
