package dev.metronome.base.log;

import java.util.Locale;

/** How a record is written. */
public enum LogFormat {
  /** {@code 2015-07-01T10:00:00.000+09:00 [INFO ] message}, the original's. */
  TEXT,
  /** One JSON object a line: time, level, logger, message. */
  JSON;

  /**
   * The format of that name, in any case.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static LogFormat of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }
}
