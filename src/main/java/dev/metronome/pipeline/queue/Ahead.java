package dev.metronome.pipeline.queue;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Keys;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Which events go before the others that wait, and what the leader knows of it. Thread-safe.
 *
 * <p><em>Guarantees</em>: what was accepted to go ahead, before another of its lane is dispatched,
 * goes before that: the dispatch of any other checks that nothing more has been accepted so than
 * the leader knows of.
 */
final class Ahead {

  /** Of the entry of an event that goes ahead; what is below is its place in its transaction. */
  static final long FLAG = 1L << 32;

  /** Those that go ahead, then the others, each in Raft's own order. */
  static final Comparator<Entry> FIRST =
      Comparator.<Entry, Boolean>comparing(entry -> entry.flags() < FLAG)
          .thenComparingLong(Entry::createIndex)
          .thenComparingLong(Entry::flags);

  private final ConsulConnection connection;
  private final Keys keys;
  private boolean known;
  private Optional<Long> index = Optional.empty();

  Ahead(ConsulConnection connection, Keys keys) {
    this.connection = connection;
    this.keys = keys;
  }

  /** What is written with an event that goes ahead. */
  static Transaction announcing(Keys keys, Event event) {
    return new Transaction().set(keys.ahead(), event.id().getBytes(StandardCharsets.UTF_8));
  }

  /** Others may go ahead now. */
  synchronized void suspect() {
    known = false;
  }

  /**
   * Reads it again if that is due, and then the queue: what that had before would be too old.
   *
   * @param queue reads it, and says whether it was taken over; what is read here counts only then
   */
  synchronized void read(BooleanSupplier queue) {
    if (!known) {
      Optional<Long> now = connection.get(keys.ahead()).map(Entry::modifyIndex);
      if (queue.getAsBoolean()) {
        index = now;
        known = true;
      }
    }
  }

  /** Its ModifyIndex, as it was read before the queue was; empty if there was none. */
  synchronized Optional<Long> index() {
    return index;
  }

  // INVARIANT: what goes ahead goes before what is dispatched after it was accepted.
  /**
   * Fails if anything more has been accepted to go ahead.
   *
   * @param chosen {@link #index} when an event was chosen: more may be known now than was then
   */
  static Transaction unchanged(Keys keys, Optional<Long> chosen) {
    return chosen
        .map(read -> new Transaction().checkIndex(keys.ahead(), read))
        .orElseGet(() -> new Transaction().checkNotExists(keys.ahead()));
  }
}
