package dev.metronome.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * What one class, or one package, says in the log, as {@code LEVEL message}, until it is closed.
 */
public final class LogLines extends Handler implements AutoCloseable {

  private final SimpleFormatter formatter = new SimpleFormatter();
  private final Logger logger; // kept, since the JDK forgets loggers that nobody holds
  private final List<String> lines = new CopyOnWriteArrayList<>();

  private LogLines(String name) {
    this.logger = Logger.getLogger(name);
  }

  public static LogLines of(Class<?> speaker) {
    return below(speaker.getName());
  }

  /** What all classes of a package and the packages below it say. */
  public static LogLines below(String name) {
    LogLines lines = new LogLines(name);
    lines.setLevel(Level.ALL);
    lines.logger.addHandler(lines);
    return lines;
  }

  /** Those so far, from INFO on. */
  public List<String> lines() {
    return lines.stream().filter(line -> !line.startsWith("FINE")).toList();
  }

  /** Those of them with this text. */
  public List<String> with(String text) {
    return lines().stream().filter(line -> line.contains(text)).toList();
  }

  /** Since the last call. */
  public synchronized List<String> taken() {
    List<String> taken = List.copyOf(lines);
    lines.clear();
    return taken;
  }

  @Override
  public synchronized void publish(LogRecord record) {
    lines.add(record.getLevel() + " " + formatter.formatMessage(record));
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
  }
}
