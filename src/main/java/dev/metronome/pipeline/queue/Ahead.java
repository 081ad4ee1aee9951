package dev.metronome.pipeline.queue;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Keys;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Optional;

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

  /** Reads it again if that is due: before the queue is, or what that has would be too old. */
  synchronized boolean read() {
    boolean due = !known;
    if (due) {
      index = connection.get(keys.ahead()).map(Entry::modifyIndex);
      known = true;
    }
    return due;
  }

  // INVARIANT: what goes ahead goes before what is dispatched after it was accepted.
  /** Fails if anything more has been accepted to go ahead. */
  synchronized Transaction unchanged() {
    return index
        .map(read -> new Transaction().checkIndex(keys.ahead(), read))
        .orElseGet(() -> new Transaction().checkNotExists(keys.ahead()));
  }
}
