package dev.metronome.base.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import java.util.stream.Collectors;

/** {@link LogFormat#TEXT}. Any thread. */
final class LineFormatter extends Formatter {
  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss");
  private static final DateTimeFormatter OFFSET = DateTimeFormatter.ofPattern("XXX");
  private static final int LEVEL = 5;

  /** The time of many lines, but for the milliseconds: writing it takes longer than all else. */
  private record Second(long epoch, String before, String after) {

    static Second of(Instant time, ZoneId zone) {
      ZonedDateTime local = time.atZone(zone);
      return new Second(
          time.getEpochSecond(), SECOND.format(local) + ".", OFFSET.format(local) + " [");
    }
  }

  private final ZoneId zone;
  private final StackTraces stackTraces;
  private final Redaction redaction;
  private volatile Second last = new Second(Long.MIN_VALUE, "", "");

  LineFormatter(ZoneId zone, StackTraces stackTraces, Redaction redaction) {
    this.zone = zone;
    this.stackTraces = stackTraces;
    this.redaction = redaction;
  }

  @Override
  public String format(LogRecord record) {
    String level = LogLevel.of(record.getLevel()).toString();
    String line =
        time(record.getInstant())
            + level
            + " ".repeat(Math.max(0, LEVEL - level.length()))
            + "] "
            + message(formatMessage(record), record.getThrown(), redaction)
            + "\n";
    boolean stack = stackTraces == StackTraces.SHOWN && record.getThrown() != null;
    return stack ? line + indented(stack(record.getThrown())) : line;
  }

  private String time(Instant time) {
    Second second = last;
    if (second.epoch() != time.getEpochSecond()) {
      second = Second.of(time, zone);
      last = second;
    }
    int millis = time.getNano() / 1_000_000;
    String zeros = millis < 10 ? "00" : millis < 100 ? "0" : "";
    return second.before() + zeros + millis + second.after();
  }

  /** The message and, after a colon, the exception's, on one line. */
  static String message(String text, Throwable thrown, Redaction redaction) {
    String whole = thrown == null ? text : text + ": " + sentence(thrown);
    return PrintableText.of(redaction.apply(whole));
  }

  private static String sentence(Throwable thrown) {
    return thrown.getMessage() == null ? thrown.getClass().getSimpleName() : thrown.getMessage();
  }

  static String stack(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }

  private String indented(String stack) {
    return redaction
        .apply(stack)
        .lines()
        .map(line -> "  " + PrintableText.of(line.replace("\t", "  ")) + "\n")
        .collect(Collectors.joining());
  }
}
