package dev.metronome.base.log;

import java.util.Locale;
import java.util.logging.Level;

/** What is worth a line, from the rarest to the most. */
public enum LogLevel {
  ERROR(Level.SEVERE),
  WARN(Level.WARNING),
  INFO(Level.INFO),
  DEBUG(Level.FINE);

  @SuppressWarnings("ImmutableEnumChecker") // Level cannot change, but does not say so
  private final Level level;

  LogLevel(Level level) {
    this.level = level;
  }

  /**
   * The level of that name, in any case.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static LogLevel of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** The JDK's word for it. */
  Level jdk() {
    return level;
  }

  /** The nearest of ours for a level of the JDK's. */
  static LogLevel of(Level level) {
    if (level.intValue() >= Level.SEVERE.intValue()) {
      return ERROR;
    }
    if (level.intValue() >= Level.WARNING.intValue()) {
      return WARN;
    }
    return level.intValue() >= Level.INFO.intValue() ? INFO : DEBUG;
  }
}
