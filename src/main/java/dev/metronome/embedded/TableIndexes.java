package dev.metronome.embedded;

import java.util.EnumMap;
import java.util.Map;

/** The index of the last change to each table. Guarded by the {@link Store}'s lock. */
final class TableIndexes {
  private final Map<Table, Long> indexes = new EnumMap<>(Table.class);

  void changed(Commit commit, Table table) {
    commit.touch(table);
    Long before = indexes.put(table, commit.index());
    commit.onRollBack(() -> indexes.put(table, before == null ? 0 : before));
  }

  /** The highest index among the tables, 0 if none has ever changed. */
  long highest(Table... tables) {
    long highest = 0;
    for (Table table : tables) {
      highest = Math.max(highest, indexes.getOrDefault(table, 0L));
    }
    return highest;
  }
}
