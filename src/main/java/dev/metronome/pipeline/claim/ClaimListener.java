package dev.metronome.pipeline.claim;

import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Claim;

/** Told of this node's claims, on the thread that makes and ends them; must not block. */
public interface ClaimListener {

  /** A task was claimed, for the first time or again. */
  default void taken() {}

  /** What came of recording how a task ended. */
  default void ended(Assignment assignment, Claim claim, Ending ending) {}

  /** An earlier incarnation's claim was ended in its stead, as interrupted; may take moments. */
  default void inherited(Assignment assignment, Claim claim) {}
}
