package dev.metronome.embedded;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * One key with its value, as Consul renders it.
 *
 * @param value base64, null if empty
 * @param session the holder of its lock, null if none
 */
record KeyEntry(
    long lockIndex,
    String key,
    long flags,
    String value,
    @JsonInclude(JsonInclude.Include.NON_NULL) String session,
    long createIndex,
    long modifyIndex) {

  /** A value to write; its indexes come from the store. */
  static KeyEntry of(String key, String value, long flags) {
    String content = value == null || value.isEmpty() ? null : value;
    return new KeyEntry(0, key, flags, content, null, 0, 0);
  }

  KeyEntry withSession(String holder) {
    return new KeyEntry(lockIndex, key, flags, value, holder, createIndex, modifyIndex);
  }

  KeyEntry withLockIndex(long index) {
    return new KeyEntry(index, key, flags, value, session, createIndex, modifyIndex);
  }

  KeyEntry withIndexes(long created, long modified) {
    return new KeyEntry(lockIndex, key, flags, value, session, created, modified);
  }

  KeyEntry withoutValue() {
    return new KeyEntry(lockIndex, key, flags, null, session, createIndex, modifyIndex);
  }

  boolean isLocked() {
    return session != null;
  }

  boolean isLockedBy(String holder) {
    return session != null && session.equals(holder);
  }
}
