package dev.metronome.pipeline.claim;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deals with a task that has ended on this node before and is assigned to it again: somebody has
 * put old records back. It is not run; how it ended is put back too where the cluster wants to know
 * it.
 */
final class Restoring {

  private static final Logger LOG = LoggerFactory.getLogger(Restoring.class);

  private final ConsulConnection connection;
  private final Keys keys;
  private final String node;
  private final Clock clock;

  Restoring(ConsulConnection connection, Keys keys, String node, Clock clock) {
    this.connection = connection;
    this.keys = keys;
    this.node = node;
    this.clock = clock;
  }

  /** What stands as this node's result of the task. */
  Optional<NodeResult> result(Assignment assignment) {
    return read(
        keys.result(assignment.event().id(), assignment.task().no(), node), NodeResult.class);
  }

  /** How it ended, by a final result. */
  Claim ended(NodeResult result) {
    Claim claim =
        Claim.of(
            result.eventId(),
            result.no(),
            node,
            "ended before",
            1,
            result.startedAt().orElseGet(clock::instant));
    return claim.ended(
        result.finishedAt().orElseGet(clock::instant),
        new Outcome(result.status(), result.reason(), result.message()));
  }

  /**
   * Puts the outcome back and takes the assignment away.
   *
   * @param index ModifyIndex of the assignment as it was read
   */
  void restore(Assignment assignment, long index, Claim ended) {
    String id = ended.eventId();
    String assigned = keys.assignment(node, assignment.slot());
    if (connection.get(assigned).filter(entry -> entry.modifyIndex() == index).isEmpty()) {
      return; // what was seen was old, and the assignment is gone with the task's end
    }
    Transaction change = new Transaction("restore").compareAndSet(assigned, new byte[0], index);
    boolean awaited = isAwaited(assignment);
    if (awaited) {
      claim(keys.claim(assignment, node), ended).ifPresent(change::and);
    }
    Optional<NodeResult> known = result(assignment);
    boolean stands = known.filter(there -> there.status().isFinal()).isPresent();
    if (!stands && (awaited || known.isPresent())) {
      change.set(keys.result(id, ended.no(), node), Json.write(NodeResult.of(ended)));
    }
    if (connection.commit(change).isDone()) {
      say(ended);
    }
  }

  private static void say(Claim ended) {
    LOG.warn(
        "event={} no={} state=ended-before it ended here as {} at {}, which stays: an old record was"
            + " put back into Consul, and nothing is run again",
        ended.eventId(),
        ended.no(),
        ended.outcome().map(how -> how.status().word()).orElse("unknown"),
        ended.finishedAt().map(Object::toString).orElse("an unknown time"));
  }

  /** Whether a plan waits for this very task. */
  private boolean isAwaited(Assignment assignment) {
    return read(keys.plan(assignment.slot()), Plan.class)
        .filter(plan -> plan.event().id().equals(assignment.event().id()))
        .filter(plan -> plan.isOpen() && plan.current() == assignment.task().no())
        .filter(plan -> plan.epoch() == assignment.epoch() && plan.awaited().contains(node))
        .isPresent();
  }

  /** Nothing if an outcome stands there already, or another process holds it. */
  private Optional<Transaction> claim(String key, Claim ended) {
    Optional<Entry> there = connection.get(key);
    if (there.isEmpty()) {
      return Optional.of(new Transaction().checkNotExists(key).set(key, Json.write(ended)));
    }
    boolean open = read(key, Claim.class).filter(known -> known.outcome().isPresent()).isEmpty();
    return open && !there.get().isLocked()
        ? Optional.of(
            new Transaction().compareAndSet(key, Json.write(ended), there.get().modifyIndex()))
        : Optional.empty();
  }

  private <T> Optional<T> read(String key, Class<T> type) {
    return connection.get(key).flatMap(entry -> Json.readable(key, entry.value(), type));
  }
}
