package dev.metronome.agent.systemd;

/** Whether there was anything to do. */
public enum Change {
  MADE,
  NONE
}
