package dev.metronome.pipeline.claim;

/** What became of recording an outcome. */
public enum Ending {
  /** The outcome stands in Consul. */
  RECORDED,
  /** The leader had ended the task on this node before; the outcome stands in its log only. */
  LATE
}
