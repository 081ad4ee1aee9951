package dev.metronome.consul;

import java.util.Optional;

/**
 * One key of the KV as it was read.
 *
 * @param createIndex Raft index at which the key appeared: the order of a queue
 * @param modifyIndex Raft index of its last change: what a compare-and-set names
 * @param flags a number of the writer's own; the place among keys that one transaction made
 * @param session the session that holds its lock
 */
@SuppressWarnings("ArrayRecordComponent") // bytes as they are; never compared as a whole
public record Entry(
    String key,
    byte[] value,
    long createIndex,
    long modifyIndex,
    long flags,
    Optional<String> session) {

  public boolean isLocked() {
    return session.isPresent();
  }

  public boolean isLockedBy(String id) {
    return session.filter(id::equals).isPresent();
  }
}
