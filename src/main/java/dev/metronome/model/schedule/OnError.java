package dev.metronome.model.schedule;

import java.util.Locale;

/** What follows when an event fails. */
public enum OnError {
  /** Its further tasks are dropped. */
  STOP,
  /** What its tasks have done is taken back, where they say how. */
  UNDO;

  /** The word in task files. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
