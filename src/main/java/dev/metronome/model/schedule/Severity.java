package dev.metronome.model.schedule;

import java.util.Locale;

/** Whether a problem keeps a file out of the schedule. */
public enum Severity {
  /** The file is not used. */
  ERROR,
  /** The file is used; its author may want to know. */
  WARNING;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
