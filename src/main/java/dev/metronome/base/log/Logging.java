package dev.metronome.base.log;

import java.io.PrintStream;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Logger;

/**
 * Sets up the process's log.
 *
 * <p><b>Guarantees</b>: afterwards each record of Metronome and of a user's routes at {@code level}
 * or above is one write to the stream; libraries are heard from WARN on, with stack traces shown
 * from INFO on. Their DEBUG is never heard: HTTP clients log headers there, and so tokens.
 *
 * <p><b>Does not guarantee</b> that a record older than the set-up is seen. Call it from one
 * thread; a later call replaces the earlier.
 */
public final class Logging {
  private static final List<String> LIBRARIES =
      List.of(
          "com.fasterxml",
          "com.sun",
          "io.netty",
          "io.vertx",
          "java",
          "javax",
          "jdk",
          "okhttp",
          "okhttp3",
          "org.apache.camel",
          "org.kiwiproject",
          "sun");

  /**
   * Camel's task that starts a {@code master:} consumer says that it has succeeded by a warning
   * that its budget is spent, five seconds later.
   */
  private static final String CHATTER = "org.apache.camel.support.task.BackgroundTask";

  /** The JDK forgets the level of a logger that nobody holds. */
  private static final List<Logger> HELD = new ArrayList<>();

  private Logging() {}

  /**
   * Puts {@link SteadyLogManager} in place. To be called before anything logs, first in {@code
   * main}; without it all works but for records during shutdown.
   */
  public static void prepare() {
    System.setProperty("java.util.logging.manager", SteadyLogManager.class.getName());
  }

  /** Lets all records at {@code level} or above reach {@code stream}, and nothing else. */
  public static void start(
      LogFormat format,
      LogLevel level,
      StackTraces stackTraces,
      Redaction redaction,
      PrintStream stream) {
    Objects.requireNonNull(level, "level");
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    LogStream handler = new LogStream(stream, formatter(format, stackTraces, redaction));
    handler.setLevel(level.jdk());
    root.addHandler(handler);
    root.setLevel(louder(level, LogLevel.INFO).jdk());
    quieten(stackTraces == StackTraces.SHOWN ? LogLevel.INFO : LogLevel.WARN, level);
  }

  /** A task's log has its INFO lines though this log may not want them. */
  private static LogLevel louder(LogLevel one, LogLevel other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private static Formatter formatter(LogFormat format, StackTraces traces, Redaction redaction) {
    ZoneId zone = ZoneId.systemDefault();
    return switch (format) {
      case TEXT -> new LineFormatter(zone, traces, redaction);
      case JSON -> new JsonFormatter(zone, traces, redaction);
    };
  }

  private static synchronized void quieten(LogLevel libraries, LogLevel all) {
    LogLevel quieter = libraries.compareTo(all) < 0 ? libraries : all;
    HELD.clear();
    for (String name : LIBRARIES) {
      Logger logger = Logger.getLogger(name);
      logger.setLevel(quieter.jdk());
      HELD.add(logger);
    }
    Logger chatter = Logger.getLogger(CHATTER);
    chatter.setLevel(LogLevel.ERROR.jdk());
    HELD.add(chatter);
  }
}
