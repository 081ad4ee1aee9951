package dev.metronome.embedded;

import java.time.Instant;

/** A check that turns critical unless its owner says in time that all is well. */
final class TtlCheck extends AgentCheck {
  private Instant deadline = Instant.MAX;

  TtlCheck(Store store, CheckDefinition definition, Check initial) {
    super(store, definition, initial);
  }

  @Override
  void start() {
    deadline = store().clock().instant().plus(definition().timeToLive());
  }

  /** The owner's word. */
  void report(StoreCommit commit, String status, String note) {
    start();
    update(commit, status, note);
  }

  boolean isExpired() {
    return !isStopped()
        && !state().status().equals(Check.CRITICAL)
        && !store().clock().instant().isBefore(deadline);
  }

  void expire(StoreCommit commit) {
    String last = state().output();
    update(
        commit,
        Check.CRITICAL,
        last.isEmpty()
            ? "TTL expired"
            : "TTL expired (last output before timeout follows): " + last);
  }
}
