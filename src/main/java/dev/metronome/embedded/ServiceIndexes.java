package dev.metronome.embedded;

import java.util.HashMap;
import java.util.Map;

/** The index of each service name, which its watchers follow. Guarded by the store's lock. */
final class ServiceIndexes {
  private final Map<String, Long> indexes = new HashMap<>();
  private final TableIndexes tables;
  private long lastExtinction;

  ServiceIndexes(TableIndexes tables) {
    this.tables = tables;
  }

  void changed(StoreCommit commit, String service) {
    indexes.put(service, commit.index());
  }

  /** The last instance of a service is gone. */
  void extinct(StoreCommit commit, String service) {
    indexes.remove(service);
    lastExtinction = commit.index();
  }

  /**
   * The index of a service.
   *
   * @param fallback the tables that count while no service has ever gone
   */
  long of(String service, StoreTable... fallback) {
    Long index = indexes.get(service);
    if (index != null) {
      return index;
    }
    return lastExtinction > 0 ? lastExtinction : tables.highest(fallback);
  }
}
