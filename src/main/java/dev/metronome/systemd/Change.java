package dev.metronome.systemd;

/** Whether there was anything to do. */
public enum Change {
  MADE,
  NONE
}
