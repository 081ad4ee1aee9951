package dev.metronome.model.schedule;

import java.util.Locale;

/** What follows when a task of an event fails. */
public enum OnError {
  /** The event ends, and its further tasks are dropped. */
  STOP,
  /** What its tasks have done is taken back, where they say how. */
  UNDO,
  /** The event goes on, and ends as an error; only a step says so. */
  CONTINUE;

  /** Whether an event may say so. */
  static boolean isOfEvent(String word) {
    return word.equals(STOP.toString()) || word.equals(UNDO.toString());
  }

  /** The word in task files. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
