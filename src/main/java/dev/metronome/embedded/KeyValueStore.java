package dev.metronome.embedded;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The keys, with Consul's rules for indexes and wake-ups. Guarded by the {@link Store}'s lock. */
final class KeyValueStore {
  private final NavigableMap<String, KeyEntry> entries = new TreeMap<>();
  private final TableIndexes indexes;
  private final Tombstones tombstones;

  KeyValueStore(TableIndexes indexes, Clock clock) {
    this.indexes = indexes;
    this.tombstones = new Tombstones(clock);
  }

  Optional<KeyEntry> get(String key) {
    return Optional.ofNullable(entries.get(key));
  }

  /** The entries under a prefix, in order. */
  List<KeyEntry> list(String prefix) {
    List<KeyEntry> found = new ArrayList<>();
    for (KeyEntry entry : entries.tailMap(prefix, true).values()) {
      if (!entry.key().startsWith(prefix)) {
        break;
      }
      found.add(entry);
    }
    return found;
  }

  List<KeyEntry> lockedBy(String session) {
    return entries.values().stream().filter(entry -> entry.isLockedBy(session)).toList();
  }

  /** Writes a value and leaves the lock alone, as a plain PUT does; it resets the LockIndex. */
  KeyEntry set(StoreCommit commit, KeyEntry wanted) {
    KeyEntry existing = entries.get(wanted.key());
    return put(commit, wanted.withSession(existing == null ? null : existing.session()));
  }

  /** Writes value, lock and LockIndex. An equal entry is not written: its ModifyIndex stays. */
  KeyEntry put(StoreCommit commit, KeyEntry wanted) {
    KeyEntry existing = entries.get(wanted.key());
    if (existing == null) {
      return store(commit, wanted.withIndexes(commit.index(), commit.index()));
    }
    KeyEntry same = wanted.withIndexes(existing.createIndex(), existing.modifyIndex());
    return same.equals(existing)
        ? existing
        : store(commit, wanted.withIndexes(existing.createIndex(), commit.index()));
  }

  void delete(StoreCommit commit, String key) {
    if (entries.containsKey(key)) {
      remove(commit, key);
      tombstones.put(commit, key);
    }
  }

  /** Deletes everything under a prefix and leaves one tombstone, for the prefix itself. */
  void deleteTree(StoreCommit commit, String prefix) {
    List<KeyEntry> doomed = list(prefix);
    doomed.forEach(entry -> remove(commit, entry.key()));
    if (!doomed.isEmpty() && !prefix.isEmpty()) {
      tombstones.put(commit, prefix);
    }
  }

  /** The index of one key: its own, or the table's if it is absent. */
  long indexOf(String key) {
    KeyEntry entry = entries.get(key);
    return entry == null ? indexes.highest(StoreTable.KEYS) : entry.modifyIndex();
  }

  /** The index of a prefix: the newest change or deletion under it, or the table's if none is. */
  long indexUnder(String prefix, List<KeyEntry> found) {
    if (prefix.isEmpty()) {
      return indexes.highest(StoreTable.KEYS);
    }
    long highest = tombstones.highest(prefix);
    for (KeyEntry entry : found) {
      highest = Math.max(highest, entry.modifyIndex());
    }
    return highest == 0 ? indexes.highest(StoreTable.KEYS) : highest;
  }

  Predicate<StoreCommit> wakesKey(String key) {
    return entries.containsKey(key)
        ? commit -> commit.touchedKey(key::equals)
        : wakesPrefix(nearest(key));
  }

  /** What wakes a watch: a change under it or, if nothing is there, one near it. */
  Predicate<StoreCommit> wakesPrefix(String prefix) {
    String watched = nearest(prefix);
    return commit -> commit.touchedKey(key -> key.startsWith(watched));
  }

  /** The longest beginning of the prefix that some key shares: Consul's tree has a node there. */
  private String nearest(String prefix) {
    String above = entries.ceilingKey(prefix);
    String below = entries.floorKey(prefix);
    int shared = Math.max(sharedLength(prefix, above), sharedLength(prefix, below));
    return prefix.substring(0, shared);
  }

  private static int sharedLength(String a, String b) {
    int limit = b == null ? 0 : Math.min(a.length(), b.length());
    int length = 0;
    while (length < limit && a.charAt(length) == b.charAt(length)) {
      length++;
    }
    return length;
  }

  private KeyEntry store(StoreCommit commit, KeyEntry entry) {
    KeyEntry before = entries.put(entry.key(), entry);
    changed(commit, entry.key(), before);
    return entry;
  }

  private void remove(StoreCommit commit, String key) {
    changed(commit, key, entries.remove(key));
  }

  private void changed(StoreCommit commit, String key, KeyEntry before) {
    commit.touchKey(key);
    indexes.changed(commit, StoreTable.KEYS);
    commit.onRollBack(
        () -> {
          if (before == null) {
            entries.remove(key);
          } else {
            entries.put(key, before);
          }
        });
  }
}
