package dev.metronome.embedded;

/** Taking and giving back the lock on a key. Guarded by the {@link Store}'s lock. */
final class Locks {
  private final KeyValueStore keys;
  private final SessionStore sessions;

  Locks(Store store) {
    this.keys = store.keys();
    this.sessions = store.sessions();
  }

  boolean isDelayed(String key) {
    return sessions.delays().holds(key);
  }

  /**
   * Locks a key for a session and writes its value; a holder may do so again, without a new
   * LockIndex.
   *
   * @return the entry, or null if another session holds the lock
   * @throws IllegalArgumentException with Consul's text, if there is no such session
   */
  KeyEntry acquire(StoreCommit commit, KeyEntry wanted, String session) {
    checkSession(session);
    KeyEntry existing = keys.get(wanted.key()).orElse(null);
    if (existing == null) {
      return keys.put(commit, wanted.withSession(session).withLockIndex(1));
    }
    if (existing.isLocked() && !existing.isLockedBy(session)) {
      return null;
    }
    long lockIndex = existing.lockIndex() + (existing.isLocked() ? 0 : 1);
    return keys.put(commit, wanted.withSession(session).withLockIndex(lockIndex));
  }

  /**
   * Releases the lock on a key and writes its value.
   *
   * @return the entry, or null if this session does not hold the lock
   * @throws IllegalArgumentException if no session is given
   */
  KeyEntry release(StoreCommit commit, KeyEntry wanted, String session) {
    requireSession(session);
    KeyEntry existing = keys.get(wanted.key()).orElse(null);
    if (existing == null || !existing.isLockedBy(session)) {
      return null;
    }
    return keys.put(commit, wanted.withSession(null).withLockIndex(existing.lockIndex()));
  }

  private void checkSession(String session) {
    requireSession(session);
    if (sessions.find(SessionStore.checkId(session)).isEmpty()) {
      throw new IllegalArgumentException("invalid session \"" + session + "\"");
    }
  }

  private static void requireSession(String session) {
    if (session == null || session.isEmpty()) {
      throw new IllegalArgumentException("missing session");
    }
  }
}
