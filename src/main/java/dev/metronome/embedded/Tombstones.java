package dev.metronome.embedded;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Where keys have been deleted lately, so that the index of a prefix does not fall when its newest
 * key goes. Guarded by the {@link Store}'s lock.
 */
final class Tombstones {
  /** As long as Consul keeps them. */
  static final Duration KEPT = Duration.ofMinutes(15);

  private record Tombstone(long index, Instant at) {}

  private final NavigableMap<String, Tombstone> stones = new TreeMap<>();
  private final Clock clock;
  private Instant oldest = Instant.MAX;

  Tombstones(Clock clock) {
    this.clock = clock;
  }

  void put(StoreCommit commit, String key) {
    Instant now = clock.instant();
    reap(now);
    Tombstone before = stones.put(key, new Tombstone(commit.index(), now));
    oldest = now.isBefore(oldest) ? now : oldest;
    commit.onRollBack(() -> restore(key, before));
  }

  /** The index of the newest deletion under the prefix, 0 if none is remembered. */
  long highest(String prefix) {
    long highest = 0;
    for (var stone : stones.tailMap(prefix, true).entrySet()) {
      if (!stone.getKey().startsWith(prefix)) {
        break;
      }
      highest = Math.max(highest, stone.getValue().index());
    }
    return highest;
  }

  private void restore(String key, Tombstone before) {
    if (before == null) {
      stones.remove(key);
    } else {
      stones.put(key, before);
    }
  }

  private void reap(Instant now) {
    Instant limit = now.minus(KEPT);
    if (oldest.isBefore(limit)) {
      stones.values().removeIf(stone -> stone.at().isBefore(limit));
      oldest = stones.values().stream().map(Tombstone::at).min(Instant::compareTo).orElse(now);
    }
  }
}
