package dev.metronome.pipeline.retention;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Keys;
import java.util.OptionalLong;

/**
 * What may go of one event.
 *
 * @param index ModifyIndex of its result; absent if only what belongs below one is there: the log
 *     of a node that was given up and came back after the result had been removed
 */
record Expired(String id, OptionalLong index) {

  /** How many operations its removal takes. */
  static final int OPERATIONS = 5;

  /** Fails if it is not as it was found, or has anything to run. */
  // INVARIANT: promise 6, an event that has not ended keeps its results.
  Transaction removal(Keys keys) {
    Transaction removal = new Transaction("retain");
    if (index.isPresent()) {
      removal.checkIndex(keys.result(id), index.getAsLong()).delete(keys.result(id));
    } else {
      removal.checkNotExists(keys.result(id)).checkNotExists(keys.queued(id));
    }
    return removal
        .deleteTree(keys.result(id) + "/")
        .delete(keys.endedPlan(id))
        .deleteTree(keys.approvals(id));
  }
}
