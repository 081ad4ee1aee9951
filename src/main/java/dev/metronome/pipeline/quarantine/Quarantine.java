package dev.metronome.pipeline.quarantine;

import dev.metronome.consul.Commit;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NewerRecordException;
import dev.metronome.model.record.Quarantined;
import dev.metronome.model.record.UnreadableRecordException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The records that were set aside. Thread-safe.
 *
 * <p><em>Guarantees</em>: what is set aside is no longer where it stood, in the same transaction;
 * of what is kept the newest {@value #MOST} stay, looked at as often as results are.
 *
 * <p><em>Does not guarantee</em> the whole of a record that is larger than 64 KiB, nor more than
 * the newest of several that stood at one key.
 */
public final class Quarantine {

  /** How many are kept: 18 MB if each is as large as can be. */
  public static final int MOST = 200;

  private static final Comparator<Kept> OLDEST =
      Comparator.comparing((Kept kept) -> kept.record().at())
          .thenComparing(kept -> kept.record().key());

  private final ConsulConnection connection;
  private final Keys keys;

  /**
   * A record as it is kept.
   *
   * @param index ModifyIndex of where it is kept
   */
  public record Kept(Quarantined record, long index) {}

  public Quarantine(ConsulConnection connection, Keys keys) {
    this.connection = connection;
    this.keys = keys;
  }

  /** Takes a record away from where it stands; fails if it has changed since it was read. */
  public static Transaction moving(
      Keys keys, Entry entry, UnreadableRecordException why, Instant now) {
    return new Transaction()
        .compareAndDelete(entry.key(), entry.modifyIndex())
        .and(keeping(keys, entry, why, now));
  }

  /** Empties a slot; fails if it has changed since it was read. */
  public static Transaction emptying(
      Keys keys, Entry entry, UnreadableRecordException why, Instant now) {
    return new Transaction()
        .compareAndSet(entry.key(), new byte[0], entry.modifyIndex())
        .and(keeping(keys, entry, why, now));
  }

  /** Keeps what stood there, for a transaction that puts something else in its place. */
  public static Transaction keeping(
      Keys keys, Entry entry, UnreadableRecordException why, Instant now) {
    Quarantined record = Quarantined.of(entry.key(), entry.value(), why.getMessage(), now);
    return new Transaction().set(keys.quarantine(entry.key()), Json.write(record));
  }

  /** All of them, the oldest first. */
  public List<Kept> all() {
    return connection.list(keys.quarantine()).value().stream()
        .map(this::kept)
        .sorted(OLDEST)
        .toList();
  }

  /** How many there are. */
  public int count() {
    return connection.names(keys.quarantine()).size();
  }

  /**
   * @param key where it stood
   */
  public Optional<Kept> find(String key) {
    return connection.get(keys.quarantine(key)).map(this::kept);
  }

  /** What cannot be read even here is shown as it is. */
  private Kept kept(Entry entry) {
    Quarantined record;
    try {
      record = Json.read(entry.key(), entry.value(), Quarantined.class);
    } catch (UnreadableRecordException | NewerRecordException e) {
      String key = keys.prefix() + entry.key().substring(keys.quarantine().length());
      record = Quarantined.of(key, entry.value(), e.getMessage(), Instant.EPOCH);
    }
    return new Kept(record, entry.modifyIndex());
  }

  /** Removes one for good; false if it has changed or gone meanwhile. */
  public boolean drop(Kept kept) {
    return connection.commit(dropping(kept)).isDone();
  }

  /** The same, as a part of a transaction. */
  public Transaction dropping(Kept kept) {
    return new Transaction().compareAndDelete(keys.quarantine(kept.record().key()), kept.index());
  }

  /**
   * Removes the oldest of those beyond {@value #MOST}, and any from before a time.
   *
   * @param fence fails the removal if it no longer holds
   * @return how many were removed
   */
  // INVARIANT: promise 8, everything is bounded.
  public int trim(Transaction fence, Instant before) {
    if (connection.names(keys.quarantine()).isEmpty()) {
      return 0;
    }
    List<Kept> all = all();
    List<Kept> gone = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (i < all.size() - MOST || all.get(i).record().at().isBefore(before)) {
        gone.add(all.get(i));
      }
    }
    int removed = 0;
    for (Kept kept : gone) {
      Commit commit = connection.commit(new Transaction("retain").and(fence).and(dropping(kept)));
      removed += commit.isDone() ? 1 : 0;
    }
    return removed;
  }
}
