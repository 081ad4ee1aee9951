package dev.metronome.process;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The log of one execution: what the command printed and what the agent has to say about it, of
 * which the beginning and the end are kept.
 *
 * <p><i>Guarantees:</i> memory in proportion to the limit, whatever is appended; appending costs a
 * copy of what is kept and nothing per line, unless somebody listens; the rendered text, in UTF-8,
 * is never longer than the limit; it is valid UTF-8 without control characters other than tab and
 * newline; if anything is left out, one line in its place says how many bytes.
 *
 * <p><i>Does not guarantee:</i> the time of each line, only that of the chunk in which it arrived.
 * Secrets are not removed.
 *
 * <p>Safe for use by several threads. Sizes are in bytes.
 */
public final class BoundedOutput {
  /** Below this, not even a line and the mark of an omission would fit. */
  public static final int SMALLEST_LIMIT = 512;

  private static final String OUTPUT_LEVEL = "INFO";
  private static final Pattern LEVEL = Pattern.compile("[A-Z]{1,5}");
  private static final byte[] NEWLINE = {'\n'};

  private final int limit;
  private final Clock clock;
  private final HeadAndTail kept;
  private final Marks marks;
  private final Optional<LiveLines> live;
  private boolean atLineStart = true;

  /**
   * @param limitBytes the greatest length of the rendered text in UTF-8
   * @param clock gives each line its time and its offset from UTC
   */
  public BoundedOutput(int limitBytes, Clock clock) {
    this(limitBytes, clock, Optional.empty());
  }

  /**
   * @param limitBytes the greatest length of the rendered text in UTF-8
   * @param clock gives each line its time and its offset from UTC
   * @param listener gets each line, without its newline, as soon as it is complete; none is omitted
   */
  public BoundedOutput(int limitBytes, Clock clock, Consumer<String> listener) {
    this(limitBytes, clock, Optional.of(new LiveLines(clock.getZone(), listener)));
  }

  private BoundedOutput(int limitBytes, Clock clock, Optional<LiveLines> live) {
    if (limitBytes < SMALLEST_LIMIT) {
      throw new IllegalArgumentException(
          "a log of " + limitBytes + " bytes is below the minimum of " + SMALLEST_LIMIT);
    }
    this.limit = limitBytes;
    this.clock = clock;
    this.live = live;
    this.kept = new HeadAndTail(limitBytes / 2);
    this.marks = new Marks(limitBytes / LogLayout.SHORTEST_LINE + 2);
  }

  /** Takes in what the command printed; lines may be split anywhere. */
  public synchronized void append(byte[] bytes, int offset, int length) {
    if (length > 0) {
      take(OUTPUT_LEVEL, bytes, offset, length);
    }
  }

  /**
   * Adds a line of the agent's own, ending first what the command may have left unfinished.
   *
   * @param level up to five capital letters, for example INFO or ERROR
   */
  public synchronized void line(String level, String message) {
    demandLevel(level);
    endLine();
    byte[] bytes = (message + "\n").getBytes(StandardCharsets.UTF_8);
    take(level, bytes, 0, bytes.length);
  }

  /** Ends the line that the command may have left unfinished. */
  public synchronized void endLine() {
    if (!atLineStart) {
      take(OUTPUT_LEVEL, NEWLINE, 0, 1);
    }
  }

  /**
   * Gives all lines from a place on another level: what was output becomes an error once it is
   * known that the command failed.
   *
   * @param from what {@link #bytesSeen} was before them
   * @param level up to five capital letters
   */
  public synchronized void relabel(long from, String level) {
    demandLevel(level);
    marks.relabel(from, level);
  }

  /** How many bytes were taken in, the agent's own lines included. */
  public synchronized long bytesSeen() {
    return kept.total();
  }

  /** How many of those {@link #render()} would leave out now. */
  public long bytesOmitted() {
    return layout().omitted();
  }

  /** How many bytes are held in memory for the text, at most the limit. */
  public synchronized int bytesHeld() {
    return kept.held();
  }

  /**
   * The log as lines of {@code 2015-07-01T10:00:00.000+09:00 [INFO ] message}, each ended by a
   * newline.
   */
  public String render() {
    return layout().text();
  }

  private static void demandLevel(String level) {
    if (!LEVEL.matcher(level).matches()) {
      throw new IllegalArgumentException("not a log level: " + level);
    }
  }

  private void take(String level, byte[] bytes, int offset, int length) {
    Instant now = clock.instant();
    if (atLineStart || startsLineInside(bytes, offset, length)) {
      marks.add(new Mark(kept.total(), now, level));
    }
    live.ifPresent(lines -> lines.take(level, now, bytes, offset, length));
    kept.append(bytes, offset, length);
    atLineStart = bytes[offset + length - 1] == '\n';
  }

  private static boolean startsLineInside(byte[] bytes, int offset, int length) {
    for (int at = offset; at < offset + length - 1; at++) {
      if (bytes[at] == '\n') {
        return true;
      }
    }
    return false;
  }

  private LogLayout layout() {
    Stretch head;
    Stretch tail;
    LinePrefixes prefixes;
    synchronized (this) {
      head = kept.head();
      tail = kept.tail();
      prefixes = new LinePrefixes(marks.copy(), clock.getZone());
    }
    return LogLayout.of(head, tail, prefixes, limit);
  }
}
