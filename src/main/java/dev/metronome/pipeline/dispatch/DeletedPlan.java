package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.LostResult;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Slot;
import dev.metronome.model.record.TaskResult;
import dev.metronome.pipeline.membership.Roster;
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

  private final ConsulConnection connection;
  private final Keys keys;

  DeletedPlan(ConsulConnection connection, Keys keys) {
    this.connection = connection;
    this.keys = keys;
  }

  /** Whether nothing is left to be ended: its result says the end, or is gone too. */
  boolean hasEnded(Plan plan) {
    return running(plan).isEmpty();
  }

  private Optional<Entry> running(Plan plan) {
    return connection
        .get(keys.result(plan.event().id()))
        .filter(there -> !FinalResults.isFinal(there.value()));
  }

  /**
   * Transactions without a fence, the decisive one first; none while the slot holds its plan after
   * all, or something that cannot be read. Another event may be in progress there.
   */
  List<Transaction> end(Plan plan, Instant now) {
    String id = plan.event().id();
    String key = keys.plan(plan.slot());
    Optional<Entry> slot = connection.get(key);
    Optional<Entry> result = running(plan);
    if (result.isEmpty() || slot.filter(there -> !isAnother(there, id)).isPresent()) {
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
            .planned(plan.decided(outcome, now))
            .cancelled(plan.cancelled())
            .leavingOut(plan.told(plan.leftOut()));
    Transaction end =
        new Transaction("end without plan")
            .and(unchanged(key, slot))
            .compareAndSet(keys.result(id), Json.write(event), result.get().modifyIndex())
            .set(keys.result(id, plan.current()), Json.write(TaskResult.ended(plan, now, outcome)))
            .set(keys.endedPlan(id), Json.write(plan))
            .deleteTree(keys.claims(plan));
    LOG.error(
        "event={} name={} state=error its plan was deleted from Consul while it was in progress",
        id,
        plan.event().name());
    List<Transaction> all = new ArrayList<>(List.of(end));
    for (String node : plan.awaited()) {
      lost(plan, node, outcome, now).ifPresent(all::add);
      unassigned(plan, node).ifPresent(all::add);
    }
    return all;
  }

  /** Whether a slot is free, or has been taken by another event. */
  private static boolean isAnother(Entry slot, String id) {
    return Slot.isVacant(slot.value())
        || Json.readable(slot.key(), slot.value(), Plan.class)
            .filter(plan -> !plan.event().id().equals(id))
            .isPresent();
  }

  private static Transaction unchanged(String key, Optional<Entry> slot) {
    return slot.map(there -> new Transaction().checkIndex(key, there.modifyIndex()))
        .orElseGet(() -> new Transaction().checkNotExists(key));
  }

  /**
   * The same of an event of which nobody knows more than its results, as after a change of leaders.
   */
  List<Transaction> endUnknown(String id, Instant now) {
    List<Entry> slots = slots();
    Optional<Entry> result = connection.get(keys.result(id));
    String why = "its plan is not in Consul any more; fire the event anew";
    Optional<byte[]> ended = result.flatMap(there -> LostResult.of(there.value(), now, why));
    if (ended.isEmpty()
        || slots.stream().anyMatch(there -> !isAnother(there, id))
        || connection.get(keys.formerPlan(id)).isPresent()) {
      return List.of();
    }
    Transaction end =
        new Transaction("end without plan")
            .and(unchanged(slots))
            .checkNotExists(keys.formerPlan(id))
            .compareAndSet(keys.result(id), ended.get(), result.get().modifyIndex());
    LOG.error("event={} state=error it is in progress, and has no plan in Consul", id);
    List<Transaction> all = new ArrayList<>(List.of(end));
    parts(id).forEach(part -> replacing(part, LostResult.of(part.value(), now, why), all));
    connection.list(keys.nodes()).value().stream()
        .filter(there -> there.key().startsWith(keys.nodeQueue(Roster.nodeOf(there.key()))))
        .filter(there -> isAssigned(id, there))
        .forEach(there -> replacing(there, Optional.of(new byte[0]), all));
    connection.names(keys.claims()).stream()
        .filter(claim -> claim.contains("/" + id + "/"))
        .forEach(claim -> all.add(new Transaction().delete(claim)));
    return all;
  }

  private List<Entry> slots() {
    return connection.list(keys.progressQueue()).value().stream()
        .filter(there -> Slot.name(keys, there.key(), there.value()).isPresent())
        .toList();
  }

  private Transaction unchanged(List<Entry> slots) {
    Transaction all = new Transaction();
    slots.forEach(slot -> all.checkIndex(slot.key(), slot.modifyIndex()));
    String common = keys.plan(Keys.COMMON_LANE);
    return slots.stream().anyMatch(slot -> slot.key().equals(common))
        ? all
        : all.checkNotExists(common);
  }

  private List<Entry> parts(String id) {
    return connection.read(
        connection.names(keys.result(id) + "/").stream()
            .filter(name -> !name.endsWith("/log"))
            .toList());
  }

  private static void replacing(Entry there, Optional<byte[]> value, List<Transaction> all) {
    value.ifPresent(
        it -> all.add(new Transaction().compareAndSet(there.key(), it, there.modifyIndex())));
  }

  private static boolean isAssigned(String id, Entry there) {
    return !Slot.isVacant(there.value())
        && Json.readable(there.key(), there.value(), Assignment.class)
            .filter(task -> task.event().id().equals(id))
            .isPresent();
  }

  private Optional<Transaction> lost(Plan plan, String node, Outcome outcome, Instant now) {
    String key = keys.result(plan.event().id(), plan.current(), node);
    byte[] lost =
        Json.write(NodeResult.of(Settlement.unclaimed(plan, node, now).ended(now, outcome)));
    Optional<Entry> known = connection.get(key);
    if (known.isEmpty()) {
      return Optional.of(new Transaction().checkNotExists(key).set(key, lost));
    }
    return known
        .filter(there -> !FinalResults.isFinal(there.value()))
        .map(there -> new Transaction().compareAndSet(key, lost, there.modifyIndex()));
  }

  /** What another event has put there since stays. */
  private Optional<Transaction> unassigned(Plan plan, String node) {
    String key = keys.assignment(node, plan.slot());
    return connection
        .get(key)
        .filter(there -> isAssigned(plan.event().id(), there))
        .map(there -> new Transaction().compareAndSet(key, new byte[0], there.modifyIndex()));
  }
}
