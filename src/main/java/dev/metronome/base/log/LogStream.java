package dev.metronome.base.log;

import java.io.PrintStream;
import java.util.logging.ErrorManager;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;

/**
 * Writes each record to a stream at once. Any thread: a record is one write, so two never mix.
 *
 * <p><b>Guarantees</b>: never closes the stream, and no exception leaves it.
 */
final class LogStream extends Handler {
  private final PrintStream stream;

  LogStream(PrintStream stream, Formatter formatter) {
    this.stream = stream;
    setFormatter(formatter);
  }

  @Override
  public void publish(LogRecord record) {
    if (!isLoggable(record)) {
      return;
    }
    try {
      stream.print(getFormatter().format(record));
      stream.flush();
    } catch (RuntimeException e) {
      reportError("a log record could not be written", e, ErrorManager.WRITE_FAILURE);
    }
  }

  @Override
  public void flush() {
    stream.flush();
  }

  @Override
  public void close() {
    flush();
  }
}
