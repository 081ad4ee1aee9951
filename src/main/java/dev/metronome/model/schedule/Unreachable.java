package dev.metronome.model.schedule;

import java.util.Locale;

/** What becomes of a task when a node that it is for has failed or has no live agent. */
public enum Unreachable {
  /** The task ends as an error that names the node. */
  FAIL,
  /** The node is left out. */
  SKIP;

  /** As it is written in task.yml. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
