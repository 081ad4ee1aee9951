package dev.metronome.embedded;

import java.util.EnumMap;
import java.util.Map;

/** The index of the last change to each table. Guarded by the {@link Store}'s lock. */
final class TableIndexes {
  private final Map<StoreTable, Long> indexes = new EnumMap<>(StoreTable.class);

  void changed(StoreCommit commit, StoreTable table) {
    commit.touch(table);
    Long before = indexes.put(table, commit.index());
    commit.onRollBack(() -> indexes.put(table, before == null ? 0 : before));
  }

  /** The highest index among the tables, 0 if none has ever changed. */
  long highest(StoreTable... tables) {
    long highest = 0;
    for (StoreTable table : tables) {
      highest = Math.max(highest, indexes.getOrDefault(table, 0L));
    }
    return highest;
  }
}
