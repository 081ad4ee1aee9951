package dev.metronome.base.log;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.LogManager;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.helpers.BasicMDCAdapter;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Gives what SLF4J is told to the JDK's own log.
 *
 * <p>In the place of slf4j-jdk14, which looks up the caller of each record by a stack trace: below
 * a route a hundred frames, which took longer than all else about a line and which no line shows.
 *
 * <p>Public only because SLF4J makes it, by its name in {@code META-INF/services}.
 */
public final class LogProvider implements SLF4JServiceProvider {

  private final Map<String, Logger> loggers = new ConcurrentHashMap<>();
  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final MDCAdapter diagnosticContext = new BasicMDCAdapter();

  /** For SLF4J. */
  public LogProvider() {}

  @Override
  public void initialize() {
    LogManager.getLogManager();
  }

  @Override
  public ILoggerFactory getLoggerFactory() {
    return name -> loggers.computeIfAbsent(name, JdkLogger::new);
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return diagnosticContext;
  }

  @Override
  public String getRequestedApiVersion() {
    return "2.0.99";
  }
}
