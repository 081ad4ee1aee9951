package dev.metronome.embedded;

import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The sessions, and what becomes of their locks when they end. Guarded by the {@link Store}'s lock.
 *
 * <p><b>Guarantees:</b> a session with a TTL ends at twice its TTL after its last renewal, as it
 * does with the real one's leader; one that depends on a check ends when that check turns critical
 * or is deregistered, in the same commit.
 */
final class SessionStore {
  private final Map<String, Session> sessions = new TreeMap<>();
  private final Map<String, Instant> deadlines = new HashMap<>();
  private final TableIndexes indexes;
  private final CatalogStore catalog;
  private final KeyValueStore keys;
  private final LockDelays delays;
  private final Clock clock;

  SessionStore(TableIndexes indexes, CatalogStore catalog, KeyValueStore keys, Clock clock) {
    this.indexes = indexes;
    this.catalog = catalog;
    this.keys = keys;
    this.clock = clock;
    this.delays = new LockDelays(clock);
  }

  long index() {
    return indexes.highest(StoreTable.SESSIONS);
  }

  LockDelays delays() {
    return delays;
  }

  Collection<Session> all() {
    return List.copyOf(sessions.values());
  }

  Optional<Session> find(String id) {
    return Optional.ofNullable(sessions.get(id));
  }

  /** Refuses what is no session ID at all, with the text of Consul's own index. */
  static String checkId(String id) {
    if (id.length() != 36) {
      throw new IllegalArgumentException(
          "failed session lookup: index error: UUID must be 36 characters");
    }
    return id;
  }

  /**
   * Stores a session.
   *
   * @throws RefusedRequest if its node or a check of it is absent, or a check is critical
   */
  void create(StoreCommit commit, Session wanted) {
    if (catalog.node(wanted.node()).isEmpty()) {
      throw RefusedRequest.byServer("Missing node registration");
    }
    for (String check : wanted.allChecks()) {
      String status =
          catalog
              .check(wanted.node(), check)
              .map(Check::status)
              .orElseThrow(
                  () -> RefusedRequest.byServer("Missing check '" + check + "' registration"));
      if (status.equals(Check.CRITICAL)) {
        throw RefusedRequest.byServer("Check '" + check + "' is in critical state");
      }
    }
    sessions.put(wanted.id(), wanted.created(commit.index()));
    indexes.changed(commit, StoreTable.SESSIONS);
    renew(wanted.id());
  }

  /** Counts the TTL anew; not a write. */
  Optional<Session> renew(String id) {
    Optional<Session> session = find(id);
    session
        .map(found -> GoDuration.orZero(found.ttl()))
        .filter(ttl -> !ttl.isZero())
        .ifPresent(ttl -> deadlines.put(id, clock.instant().plus(ttl.multipliedBy(2))));
    return session;
  }

  /** Ends a session, if it is there: its locks are released or its keys deleted, and delayed. */
  void destroy(StoreCommit commit, String id) {
    Session session = sessions.remove(id);
    if (session == null) {
      return;
    }
    deadlines.remove(id);
    indexes.changed(commit, StoreTable.SESSIONS);
    for (KeyEntry held : keys.lockedBy(id)) {
      if (session.behavior().equals("delete")) {
        keys.delete(commit, held.key());
      } else {
        keys.put(commit, held.withSession(null));
      }
      delays.start(held.key(), session.lockDelay());
    }
  }

  void invalidateByCheck(StoreCommit commit, Check check) {
    destroyAll(commit, session -> dependsOn(session, check));
  }

  void invalidateByNode(StoreCommit commit, String node) {
    destroyAll(commit, session -> session.node().equals(node));
  }

  boolean anyExpired() {
    return deadlines.values().stream().anyMatch(this::hasPassed);
  }

  void expire(StoreCommit commit) {
    destroyAll(commit, session -> deadlines.containsKey(session.id()) && isExpired(session));
  }

  private boolean isExpired(Session session) {
    return hasPassed(deadlines.get(session.id()));
  }

  private boolean hasPassed(Instant deadline) {
    return !clock.instant().isBefore(deadline);
  }

  private void destroyAll(StoreCommit commit, Predicate<Session> doomed) {
    all().stream().filter(doomed).forEach(session -> destroy(commit, session.id()));
  }

  private static boolean dependsOn(Session session, Check check) {
    return session.node().equals(check.node()) && session.allChecks().contains(check.checkId());
  }
}
