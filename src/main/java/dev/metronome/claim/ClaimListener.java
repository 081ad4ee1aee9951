package dev.metronome.claim;

import dev.metronome.record.Status;

/** Told of this node's claims, on the thread that makes and ends them; must not block. */
public interface ClaimListener {

  /** For where nobody listens. */
  ClaimListener NONE = new ClaimListener() {};

  /** A task was claimed, for the first time or again. */
  default void taken() {}

  /** What came of recording how a task ended. */
  default void ended(Status status, Ending ending) {}
}
