package dev.metronome.pipeline.queue;

/** What became of putting an item. */
public enum Receipt {
  /** It stands in the queue now, durably. */
  ACCEPTED,
  /** It stood there, or had been done, already. */
  DUPLICATE
}
