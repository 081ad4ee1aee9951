package dev.metronome.base.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/** {@link LogFormat#JSON}. Any thread. */
final class JsonFormatter extends Formatter {
  private final JsonFactory json = new JsonFactory();
  private final ZoneId zone;
  private final StackTraces stackTraces;
  private final Redaction redaction;

  JsonFormatter(ZoneId zone, StackTraces stackTraces, Redaction redaction) {
    this.zone = zone;
    this.stackTraces = stackTraces;
    this.redaction = redaction;
  }

  @Override
  public String format(LogRecord record) {
    StringWriter line = new StringWriter(256);
    try (JsonGenerator object = json.createGenerator(line)) {
      object.writeStartObject();
      write(object, record);
      object.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a log record could not be written as JSON", e);
    }
    return line.append('\n').toString();
  }

  private void write(JsonGenerator object, LogRecord record) throws IOException {
    DateTimeFormatter time = DateTimeFormatter.ISO_OFFSET_DATE_TIME;
    object.writeStringField("time", time.format(record.getInstant().atZone(zone)));
    object.writeStringField("level", LogLevel.of(record.getLevel()).name());
    object.writeStringField("logger", String.valueOf(record.getLoggerName()));
    String message = LineFormatter.message(formatMessage(record), record.getThrown(), redaction);
    object.writeStringField("message", message);
    if (stackTraces == StackTraces.SHOWN && record.getThrown() != null) {
      object.writeStringField("stack", redaction.apply(LineFormatter.stack(record.getThrown())));
    }
  }
}
