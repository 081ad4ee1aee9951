package dev.metronome.embedded;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * One write, which is one Raft index: what it touched, so that watches know whether to wake, and
 * how to take it back. Guarded by the {@link Store}'s lock.
 */
final class StoreCommit {
  private final long index;
  private final Set<StoreTable> tables = EnumSet.noneOf(StoreTable.class);
  private final Set<String> keys = new HashSet<>();
  private final Deque<Runnable> undo = new ArrayDeque<>();

  StoreCommit(long index) {
    this.index = index;
  }

  /** The Raft index of everything that this commit writes. */
  long index() {
    return index;
  }

  void touch(StoreTable table) {
    tables.add(table);
  }

  void touchKey(String key) {
    keys.add(key);
  }

  boolean isEmpty() {
    return tables.isEmpty();
  }

  boolean touched(StoreTable table) {
    return tables.contains(table);
  }

  boolean touchedKey(Predicate<String> wanted) {
    return keys.stream().anyMatch(wanted);
  }

  void onRollBack(Runnable step) {
    undo.push(step);
  }

  /** Takes back every step, the last one first. */
  void rollBack() {
    while (!undo.isEmpty()) {
      undo.pop().run();
    }
    tables.clear();
    keys.clear();
  }
}
