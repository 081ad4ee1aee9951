package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Slot;
import dev.metronome.model.record.TaskResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends an event whose plan somebody has deleted while it was in progress: nothing else would. What
 * runs on a node runs on, and its outcome is appended to its log.
 */
final class DeletedPlan {

  private static final Logger LOG = LoggerFactory.getLogger(DeletedPlan.class);

  /** Each node takes a check, a result and an assignment. */
  private static final int NODES = 15;

  private final ConsulConnection connection;
  private final Keys keys;

  DeletedPlan(ConsulConnection connection, Keys keys) {
    this.connection = connection;
    this.keys = keys;
  }

  /** Transactions without a fence, the decisive one first; none if the event is not left alone. */
  List<Transaction> end(Plan plan, Instant now) {
    String id = plan.event().id();
    String key = keys.plan(plan.lane());
    Optional<Entry> slot = connection.get(key);
    Optional<Entry> result = connection.get(keys.result(id));
    if (slot.filter(there -> !Slot.isVacant(there.value())).isPresent()
        || result.filter(there -> !FinalResults.isFinal(there.value())).isEmpty()) {
      return List.of();
    }
    Outcome outcome =
        Outcome.error(
            Reason.LOST,
            "its plan, "
                + key
                + ", was deleted from Consul while task "
                + plan.current()
                + " "
                + plan.head().task()
                + " was its head; fire the event anew");
    EventResult event =
        EventResult.ended(plan.event(), plan.startedAt(), now, outcome)
            .cancelled(plan.cancelled())
            .leavingOut(plan.told(plan.leftOut()));
    Transaction end =
        new Transaction("end without plan")
            .and(unchanged(key, slot))
            .compareAndSet(keys.result(id), Json.write(event), result.get().modifyIndex())
            .set(keys.result(id, plan.current()), Json.write(TaskResult.ended(plan, now, outcome)))
            .set(keys.endedPlan(id), Json.write(plan))
            .deleteTree(keys.claims(plan.epoch(), id, plan.current()));
    LOG.error(
        "event={} name={} state=error its plan was deleted from Consul while it was in progress",
        id,
        plan.event().name());
    List<Transaction> all = new ArrayList<>(List.of(end));
    nodes(plan, outcome, now).forEach(some -> all.add(unchanged(key, slot).and(some)));
    return all;
  }

  /** Another event that begins meanwhile has its own results and assignments. */
  private static Transaction unchanged(String key, Optional<Entry> slot) {
    return slot.map(there -> new Transaction().checkIndex(key, there.modifyIndex()))
        .orElseGet(() -> new Transaction().checkNotExists(key));
  }

  private List<Transaction> nodes(Plan plan, Outcome outcome, Instant now) {
    String id = plan.event().id();
    List<Transaction> all = new ArrayList<>();
    List<String> targets = plan.targets();
    for (int from = 0; from < targets.size(); from += NODES) {
      Transaction some = new Transaction();
      for (String node : targets.subList(from, Math.min(targets.size(), from + NODES))) {
        Optional<Entry> known = connection.get(keys.result(id, plan.current(), node));
        if (known.filter(there -> FinalResults.isFinal(there.value())).isEmpty()) {
          NodeResult lost =
              NodeResult.of(Settlement.unclaimed(plan, node, now).ended(now, outcome));
          some.set(keys.result(id, plan.current(), node), Json.write(lost));
        }
        some.set(keys.assignment(node, plan.lane()), new byte[0]);
      }
      all.add(some);
    }
    return all;
  }
}
