package dev.metronome.pipeline.process;

/** What becomes of the colours that a command prints. */
public enum OutputColours {
  DROPPED,
  KEPT
}
