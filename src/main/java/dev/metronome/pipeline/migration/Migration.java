package dev.metronome.pipeline.migration;

import dev.metronome.consul.Commit;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.UnreadableRecordException;
import dev.metronome.pipeline.quarantine.Quarantine;
import dev.metronome.pipeline.queue.Buckets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Takes over what the original left: its pending events are accepted in their order, an event that
 * it was running ends as an error, and at last its queues and its lock are removed.
 *
 * <p><em>Guarantees</em>: each event is accepted once, however often this is begun, by however many
 * processes, and wherever they are killed; nothing is written if an agent of the original has taken
 * its lock since the state was read, nor if the fence does not hold (promises 2 and 5).
 *
 * <p>Thread-safe.
 */
public final class Migration {

  private final ConsulConnection connection;
  private final Keys keys;
  private final Buckets buckets;
  private final Clock clock;

  public Migration(ConsulConnection connection, Keys keys, Clock clock) {
    this.connection = connection;
    this.keys = keys;
    this.buckets = new Buckets(connection, keys);
    this.clock = clock;
  }

  public OriginalState look() {
    return OriginalState.read(connection, keys);
  }

  /** What {@link #takeOver} would do, by reading only. */
  public MigrationReport foresee(OriginalState state) {
    OriginalQueues queues = OriginalQueues.of(state, clock.instant());
    List<Event> fresh = new ArrayList<>();
    List<String> known = new ArrayList<>();
    for (Event event : queues.events()) {
      boolean there =
          connection.get(keys.result(event.id())).isPresent()
              || buckets.find(event.id()).isPresent();
      if (there) {
        known.add(event.id());
      } else {
        fresh.add(event);
      }
    }
    return new MigrationReport(fresh, known, endings(queues, known).ids(), faults(queues));
  }

  /**
   * Does it. Only for a state whose agents are gone.
   *
   * @param fence begins each transaction anew: conditions of whoever does it, which may be none
   * @throws DisturbedException if the fence does not hold, or the original is at work again
   */
  public MigrationReport takeOver(OriginalState state, Supplier<Transaction> fence) {
    OriginalQueues queues = OriginalQueues.of(state, clock.instant());
    Guard guard = new Guard(keys, state, fence);
    List<Event> fresh = new ArrayList<>(queues.events());
    List<String> known = accept(fresh, guard);
    Endings endings = endings(queues, known);
    endings.transactions(guard).forEach(this::demand);
    demand(clearing(state, queues, guard));
    return new MigrationReport(fresh, known, endings.ids(), faults(queues));
  }

  /** Accepts them in their order and leaves those of the list that are new; returns the others. */
  // INVARIANT: promise 2, one record per event ID.
  private List<String> accept(List<Event> events, Guard guard) {
    List<String> known = new ArrayList<>();
    List<Event> left = new ArrayList<>(events);
    while (!left.isEmpty()) {
      List<Event> some = left.subList(0, Math.min(left.size(), guard.room(Buckets.OPERATIONS)));
      Commit commit = buckets.commit(bucket -> accepting(bucket, some, guard));
      if (commit instanceof Commit.Refused refused) {
        guard.demandUntouched(refused);
        Set<String> there = new LinkedHashSet<>();
        refused
            .operations()
            .forEach(
                operation ->
                    there.add(some.get((operation - guard.size()) / Buckets.OPERATIONS).id()));
        known.addAll(there);
        left.removeIf(event -> there.contains(event.id()));
      } else {
        some.clear();
      }
    }
    events.removeIf(event -> known.contains(event.id()));
    return known;
  }

  private Transaction accepting(long bucket, List<Event> events, Guard guard) {
    Transaction accept = guard.transaction();
    for (int place = 0; place < events.size(); place++) {
      accept.and(buckets.accepting(bucket, events.get(place), place));
    }
    return accept;
  }

  /** Of events that it was running, and of those that it had begun without taking them out. */
  private Endings endings(OriginalQueues queues, List<String> known) {
    return Endings.of(connection, keys, queues.underWay(), known, clock.instant());
  }

  /** The last transaction: before it everything may be begun again, after it nothing is left. */
  private Transaction clearing(OriginalState state, OriginalQueues queues, Guard guard) {
    Transaction clear = guard.transaction();
    Instant now = clock.instant();
    state.events().ifPresent(entry -> remove(clear, entry, queues.eventsFault(), now));
    state.plan().ifPresent(entry -> remove(clear, entry, queues.planFault(), now));
    state.lock().ifPresent(entry -> clear.delete(entry.key()));
    return clear;
  }

  // INVARIANT: promise 7, what cannot be read is set aside with its key named.
  private void remove(Transaction clear, Entry entry, Optional<String> fault, Instant now) {
    clear.delete(entry.key());
    fault.ifPresent(
        why ->
            clear.and(
                Quarantine.keeping(
                    keys, entry, new UnreadableRecordException(entry.key(), why), now)));
  }

  private void demand(Transaction transaction) {
    if (connection.commit(transaction) instanceof Commit.Refused refused) {
      throw new DisturbedException(refused.why());
    }
  }

  private List<String> faults(OriginalQueues queues) {
    List<String> faults = new ArrayList<>();
    queues.eventsFault().ifPresent(why -> faults.add(keys.originalEventQueue() + ": " + why));
    queues.planFault().ifPresent(why -> faults.add(keys.originalProgressQueue() + ": " + why));
    return faults;
  }
}
