package dev.metronome.model.traffic;

import java.util.Locale;

/** What becomes of an event that is fired while its lane is busy. */
public enum WhenBusy {
  /** It waits for its turn. */
  QUEUE,
  /** It ends as skip. */
  REJECT,
  /** It waits for its turn, and those of its name that wait already end as skip. */
  REPLACE;

  /** The word in task files. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
