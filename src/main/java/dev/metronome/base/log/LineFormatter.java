package dev.metronome.base.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import java.util.stream.Collectors;

/** {@link LogFormat#TEXT}. Any thread. */
final class LineFormatter extends Formatter {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX");

  private final ZoneId zone;
  private final StackTraces stackTraces;
  private final Redaction redaction;

  LineFormatter(ZoneId zone, StackTraces stackTraces, Redaction redaction) {
    this.zone = zone;
    this.stackTraces = stackTraces;
    this.redaction = redaction;
  }

  @Override
  public String format(LogRecord record) {
    String time = TIME.format(record.getInstant().atZone(zone));
    String level = String.format("%-5s", LogLevel.of(record.getLevel()));
    String line =
        time
            + " ["
            + level
            + "] "
            + message(formatMessage(record), record.getThrown(), redaction)
            + "\n";
    boolean stack = stackTraces == StackTraces.SHOWN && record.getThrown() != null;
    return stack ? line + indented(stack(record.getThrown())) : line;
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
