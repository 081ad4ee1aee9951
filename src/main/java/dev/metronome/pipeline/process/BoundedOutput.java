package dev.metronome.pipeline.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
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
 * newline, and the escape of colours where these are kept; if anything is left out, one line in its
 * place says how many bytes. What a command has written over stands there as a {@link ScreenLine}
 * shows it. A line of stdout and one of stderr are never mixed, unless it is longer than {@value
 * ScreenLine#LONGEST} bytes.
 *
 * <p><i>Does not guarantee:</i> the time of each line, only that of the chunk in which it arrived;
 * nor the order of lines of stdout and stderr that are printed within the moment that the agent
 * takes to read the first. Secrets are not removed.
 *
 * <p>Safe for use by several threads. Sizes are in bytes.
 */
public final class BoundedOutput {
  /** Below this, not even a line and the mark of an omission would fit. */
  public static final int SMALLEST_LIMIT = 512;

  private static final Pattern LEVEL = Pattern.compile("[A-Z]{1,5}");
  private static final byte[] NEWLINE = {'\n'};
  private static final String END = "END";

  private final int limit;
  private final Clock clock;
  private final HeadAndTail kept;
  private final OutputMarks marks;
  private final Optional<LiveLines> live;
  private final Map<OutputSource, ScreenLine> lines = new EnumMap<>(OutputSource.class);
  private long seen;
  private boolean atLineStart = true;
  private String openLevel = "";
  private Optional<OutputFile> file = Optional.empty();

  /**
   * @param limitBytes the greatest length of the rendered text in UTF-8
   * @param clock gives each line its time and its offset from UTC
   */
  public BoundedOutput(int limitBytes, Clock clock) {
    this(limitBytes, clock, OutputColours.DROPPED);
  }

  /**
   * @param limitBytes the greatest length of the rendered text in UTF-8
   * @param clock gives each line its time and its offset from UTC
   * @param colours of what the command prints
   */
  public BoundedOutput(int limitBytes, Clock clock, OutputColours colours) {
    this(limitBytes, clock, colours, Optional.empty());
  }

  /**
   * @param limitBytes the greatest length of the rendered text in UTF-8
   * @param clock gives each line its time and its offset from UTC
   * @param colours of what the command prints
   * @param listener gets each line, without its newline, as soon as it is complete; none is omitted
   */
  public BoundedOutput(
      int limitBytes, Clock clock, OutputColours colours, Consumer<String> listener) {
    this(limitBytes, clock, colours, Optional.of(new LiveLines(clock.getZone(), listener)));
  }

  private BoundedOutput(
      int limitBytes, Clock clock, OutputColours colours, Optional<LiveLines> live) {
    if (limitBytes < SMALLEST_LIMIT) {
      throw new IllegalArgumentException(
          "a log of " + limitBytes + " bytes is below the minimum of " + SMALLEST_LIMIT);
    }
    this.limit = limitBytes;
    this.clock = clock;
    this.live = live;
    this.kept = new HeadAndTail(limitBytes / 2);
    this.marks = new OutputMarks(limitBytes / LogLayout.SHORTEST_LINE + 2);
    for (OutputSource source : OutputSource.values()) {
      ScreenLine.Sink sink =
          (at, bytes, from, length) -> take(source.level(), at, bytes, from, length);
      lines.put(source, new ScreenLine(colours, sink));
    }
  }

  /** Takes in what the command printed; lines may be split anywhere. */
  public synchronized void append(OutputSource source, byte[] bytes, int offset, int length) {
    Instant now = clock.instant();
    keep(now, source.name(), bytes, offset, length);
    seen += length;
    lines.get(source).take(now, bytes, offset, length);
  }

  /**
   * Adds a line of the agent's own, ending first what the command may have left unfinished.
   *
   * @param level up to five capital letters, for example INFO or ERROR
   */
  public synchronized void line(String level, String message) {
    demandLevel(level);
    endLine();
    Instant now = clock.instant();
    byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
    keep(now, "=" + level, bytes, 0, bytes.length);
    own(level, now, message);
  }

  private void own(String level, Instant at, String message) {
    byte[] bytes = (message.replace("\u001b", "\\x1b") + "\n").getBytes(StandardCharsets.UTF_8);
    seen += bytes.length;
    take(level, at, bytes, 0, bytes.length);
  }

  /** Ends the lines that the command may have left unfinished. */
  public synchronized void endLine() {
    if (!unfinished().isEmpty()) {
      Instant now = clock.instant();
      keep(now, END, NEWLINE, 0, 0);
      end(now);
    }
  }

  private void end(Instant now) {
    unfinished().forEach(source -> lines.get(source).end(now));
  }

  /** Keeps all that is said from now on in a file too, whole. */
  synchronized void keepIn(OutputFile to) {
    file = Optional.of(to);
  }

  /** The name under which it is kept. */
  synchronized Optional<String> keptAs() {
    return file.map(OutputFile::name);
  }

  synchronized void keepNoMore() {
    try {
      if (file.isPresent()) {
        file.get().close();
      }
    } catch (IOException e) {
      // What could not be written shows when it is read.
    }
    file = Optional.empty();
  }

  private void keep(Instant at, String label, byte[] bytes, int offset, int length) {
    if (file.isEmpty()) {
      return;
    }
    try {
      file.get().write(at, label, bytes, offset, length);
    } catch (IOException e) {
      keepNoMore();
      own("WARN", at, "from here on the full output is not kept on this node: " + e.getMessage());
    }
  }

  /** Takes in again what a file has kept; it is not kept once more. */
  synchronized void replay(Instant at, String label, byte[] bytes) {
    if (label.equals(END)) {
      end(at);
    } else if (label.startsWith("=")) {
      own(label.substring(1), at, new String(bytes, StandardCharsets.UTF_8));
    } else {
      seen += bytes.length;
      lines.get(OutputSource.valueOf(label)).take(at, bytes, 0, bytes.length);
    }
  }

  private List<OutputSource> unfinished() {
    return lines.keySet().stream()
        .filter(source -> lines.get(source).isUnfinished())
        .sorted(Comparator.comparing(source -> lines.get(source).begun()))
        .toList();
  }

  /** The place at which the next line begins; one that is unfinished ends before it. */
  public synchronized long nextLine() {
    endLine();
    return kept.total();
  }

  /**
   * Gives all lines from a place on another level: what was output becomes an error once it is
   * known that the command failed.
   *
   * @param from what {@link #nextLine} was before them
   * @param level up to five capital letters
   */
  public synchronized void relabel(long from, String level) {
    demandLevel(level);
    marks.relabel(from, level);
  }

  /** How many bytes were taken in, the agent's own lines included. */
  public synchronized long bytesSeen() {
    return seen;
  }

  /** How many of those {@link #render()} would leave out now. */
  public long bytesOmitted() {
    return layout().omitted();
  }

  /** How many bytes are held in memory for the text: at most the limit and two unfinished lines. */
  public synchronized int bytesHeld() {
    return kept.held() + lines.values().stream().mapToInt(ScreenLine::held).sum();
  }

  /**
   * The log as lines of {@code 2015-07-01T10:00:00.000+09:00 [INFO ] message}, each ended by a
   * newline.
   */
  public String render() {
    return layout().text();
  }

  /** A line of warning in the form of a log's own, for what is appended to one that has ended. */
  public static String note(Instant at, String text) {
    List<OutputMark> mark = List.of(new OutputMark(0, at, "WARN"));
    return new LinePrefixes(mark, ZoneId.systemDefault()).at(0) + text + "\n";
  }

  /** Whether something was left out of a text that {@link #render} gave. */
  public static boolean isCut(String rendered) {
    return rendered.lines().anyMatch(LogLayout::isOmission);
  }

  private static void demandLevel(String level) {
    if (!LEVEL.matcher(level).matches()) {
      throw new IllegalArgumentException("not a log level: " + level);
    }
  }

  private void take(String level, Instant at, byte[] bytes, int offset, int length) {
    if (!atLineStart && !level.equals(openLevel)) {
      store(openLevel, at, NEWLINE, 0, 1);
    }
    if (atLineStart || startsLineInside(bytes, offset, length)) {
      marks.add(new OutputMark(kept.total(), at, level));
    }
    store(level, at, bytes, offset, length);
    openLevel = level;
  }

  private void store(String level, Instant at, byte[] bytes, int offset, int length) {
    live.ifPresent(to -> to.take(level, at, bytes, offset, length));
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
    OutputChunk head;
    OutputChunk tail;
    LinePrefixes prefixes;
    synchronized (this) {
      head = kept.head();
      List<OutputMark> known = marks.copy();
      tail = withUnfinished(kept.tail(), known);
      prefixes = new LinePrefixes(known, clock.getZone());
    }
    return LogLayout.of(head, tail, prefixes, limit);
  }

  private OutputChunk withUnfinished(OutputChunk tail, List<OutputMark> known) {
    OutputChunk all = tail;
    boolean lineStart = atLineStart;
    for (OutputSource source : unfinished()) {
      byte[] begun = lines.get(source).unfinished();
      if (begun.length == 0) {
        continue;
      }
      boolean continues = !lineStart && source.level().equals(openLevel) && all == tail;
      if (!lineStart && !continues) {
        all = all.join(new OutputChunk(NEWLINE, all.end()));
      }
      if (!continues) {
        known.add(new OutputMark(all.end(), lines.get(source).begun(), source.level()));
      }
      all = all.join(new OutputChunk(begun, all.end()));
      lineStart = false;
    }
    return all;
  }
}
