package dev.metronome.model.schedule;

import java.util.Locale;

/** What becomes of an operation that still runs when the cluster has given its task up. */
public enum OnLost {
  /** It goes on; until it has ended its node takes no other task. */
  CONTINUE,
  /** All of its processes are ended as soon as its node knows. */
  STOP;

  /** As it is written in task.yml. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
