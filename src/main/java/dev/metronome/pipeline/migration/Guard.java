package dev.metronome.pipeline.migration;

import dev.metronome.consul.Commit;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Keys;
import java.util.Optional;
import java.util.function.Supplier;

/** What each transaction of a takeover is bound to: its doer's fence, and the original at rest. */
final class Guard {

  private final Keys keys;
  private final OriginalState state;
  private final Supplier<Transaction> fence;
  private final int size;

  Guard(Keys keys, OriginalState state, Supplier<Transaction> fence) {
    this.keys = keys;
    this.state = state;
    this.fence = fence;
    this.size = transaction().size();
  }

  // INVARIANT: promise 5, who has lost its session writes nothing. Promise 2, nor does anybody once
  // an agent of the original has taken its lock again.
  Transaction transaction() {
    Transaction guarded = new Transaction("take-over").and(fence.get());
    unchanged(guarded, state.lock(), keys.originalLock());
    unchanged(guarded, state.events(), keys.originalEventQueue());
    unchanged(guarded, state.plan(), keys.originalProgressQueue());
    return guarded;
  }

  private static void unchanged(Transaction guarded, Optional<Entry> entry, String key) {
    entry.ifPresentOrElse(
        there -> guarded.checkIndex(key, there.modifyIndex()), () -> guarded.checkNotExists(key));
  }

  /** How many operations of a transaction it takes. */
  int size() {
    return size;
  }

  /** How many things of so many operations find room beside it and the check of a bucket. */
  int room(int operations) {
    return (Transaction.MAX_OPERATIONS - size - 1) / operations;
  }

  /**
   * @throws DisturbedException if it was the guard that refused
   */
  void demandUntouched(Commit.Refused refused) {
    if (refused.operations().stream().anyMatch(operation -> operation < size)) {
      throw new DisturbedException(refused.why());
    }
  }
}
