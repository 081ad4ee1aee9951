package dev.metronome.pipeline.claim;

import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeResult;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a node writes about its claims: the transactions of docs/protocol.md, "Transactions", with
 * their conditions. Each is refused as a whole if one of them does not hold.
 */
final class ClaimTransactions {

  private final Keys keys;
  private final String node;

  ClaimTransactions(Keys keys, String node) {
    this.keys = keys;
    this.node = node;
  }

  String key(Assignment assignment) {
    return keys.claim(assignment, node);
  }

  String log(Assignment assignment) {
    return keys.log(assignment.event().id(), assignment.task().no(), node);
  }

  String result(Assignment assignment) {
    return keys.result(assignment.event().id(), assignment.task().no(), node);
  }

  /** The slot where it stands. */
  String slot(Assignment assignment) {
    return keys.assignment(node, assignment.slot());
  }

  /** The task must still be assigned: a leader that closed it has put another, or none. */
  private Transaction assigned(Assignment assignment, long index) {
    return new Transaction("claim").checkIndex(slot(assignment), index);
  }

  /** Nobody has claimed the task before: there is no claim, nor a result that one has left. */
  Transaction first(Assignment assignment, long index, Claim claim, String session) {
    return assigned(assignment, index)
        .checkNotExists(key(assignment))
        .checkNotExists(result(assignment))
        .lock(key(assignment), Json.write(claim), session)
        .set(result(assignment), Json.write(NodeResult.of(claim)));
  }

  /** An earlier incarnation's claim, as it was read, becomes this one. */
  Transaction again(Assignment assignment, long index, Entry earlier, Claim claim, String session) {
    return assigned(assignment, index)
        .checkIndex(earlier.key(), earlier.modifyIndex())
        .lock(earlier.key(), Json.write(claim), session)
        .set(result(assignment), Json.write(NodeResult.of(claim)));
  }

  /** This process's claim, for one more attempt. */
  Transaction attempt(HeldClaims.Held mine, Claim next) {
    Assignment assignment = mine.assignment();
    return new Transaction("attempt")
        .checkSession(key(assignment), mine.session())
        .checkIndex(key(assignment), mine.index())
        .lock(key(assignment), Json.write(next), mine.session())
        .set(result(assignment), Json.write(NodeResult.of(next)));
  }

  /** An earlier incarnation's claim, as it was read, is ended in its stead. */
  Transaction interrupted(Assignment assignment, Entry earlier, Claim ended) {
    return new Transaction("interrupted")
        .compareAndSet(earlier.key(), Json.write(ended), earlier.modifyIndex())
        .set(result(assignment), Json.write(NodeResult.of(ended)))
        .set(slot(assignment), new byte[0]);
  }

  /** As it was when it was made; nobody else may have taken its place. */
  Transaction putBack(HeldClaims.Held mine, long assigned, Optional<Entry> found, String session) {
    String key = key(mine.assignment());
    Transaction change = new Transaction("put back").checkIndex(slot(mine.assignment()), assigned);
    found.ifPresentOrElse(
        entry -> change.checkIndex(key, entry.modifyIndex()), () -> change.checkNotExists(key));
    return change.lock(key, Json.write(mine.record()), session);
  }

  Transaction show(HeldClaims.Held mine, String log) {
    return new Transaction("show log")
        .checkSession(key(mine.assignment()), mine.session())
        .set(log(mine.assignment()), log.getBytes(StandardCharsets.UTF_8));
  }

  Transaction finish(HeldClaims.Held mine, Claim ended, String log) {
    Assignment assignment = mine.assignment();
    return new Transaction("finish")
        .checkSession(key(assignment), mine.session())
        .checkIndex(key(assignment), mine.index())
        .unlock(key(assignment), Json.write(ended), mine.session())
        .set(result(assignment), Json.write(NodeResult.of(ended)))
        .set(log(assignment), log.getBytes(StandardCharsets.UTF_8))
        .set(slot(assignment), new byte[0]);
  }

  /** The one without a condition: a log may grow when everything else is closed. */
  Transaction late(Assignment assignment, String log) {
    return new Transaction("late").set(log(assignment), log.getBytes(StandardCharsets.UTF_8));
  }

  static Transaction relock(Entry claim, String session) {
    return new Transaction("relock")
        .checkIndex(claim.key(), claim.modifyIndex())
        .lock(claim.key(), claim.value(), session);
  }
}
