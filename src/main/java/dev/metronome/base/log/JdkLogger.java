package dev.metronome.base.log;

import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** A logger of SLF4J that is one of the JDK's. Thread-safe, as that is. */
final class JdkLogger extends LegacyAbstractLogger {
  private static final long serialVersionUID = 1L;

  private final transient Logger logger;

  JdkLogger(String name) {
    this.name = name;
    this.logger = Logger.getLogger(name.equals(ROOT_LOGGER_NAME) ? "" : name);
  }

  @Override
  public boolean isTraceEnabled() {
    return logger.isLoggable(jdk(Level.TRACE));
  }

  @Override
  public boolean isDebugEnabled() {
    return logger.isLoggable(jdk(Level.DEBUG));
  }

  @Override
  public boolean isInfoEnabled() {
    return logger.isLoggable(jdk(Level.INFO));
  }

  @Override
  public boolean isWarnEnabled() {
    return logger.isLoggable(jdk(Level.WARN));
  }

  @Override
  public boolean isErrorEnabled() {
    return logger.isLoggable(jdk(Level.ERROR));
  }

  @Override
  protected String getFullyQualifiedCallerName() {
    return null;
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level, Marker marker, String text, Object[] arguments, Throwable thrown) {
    String message = MessageFormatter.basicArrayFormat(text, arguments);
    LogRecord record = new LogRecord(jdk(level), message);
    record.setLoggerName(name);
    record.setThrown(thrown);
    record.setSourceClassName(null); // or the JDK would look it up
    logger.log(record);
  }

  private static java.util.logging.Level jdk(Level level) {
    return switch (level) {
      case ERROR -> LogLevel.ERROR.jdk();
      case WARN -> LogLevel.WARN.jdk();
      case INFO -> LogLevel.INFO.jdk();
      case DEBUG -> LogLevel.DEBUG.jdk();
      case TRACE -> java.util.logging.Level.FINEST;
    };
  }
}
