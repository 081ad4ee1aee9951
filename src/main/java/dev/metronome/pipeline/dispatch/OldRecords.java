package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.TaskResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the leader does about records that somebody has put back into Consul, as by the import of a
 * backup: the plan of an event that has ended is taken away, and results that say the end come back
 * if older ones take their place later. Reads, but writes nothing. Thread-safe.
 *
 * <p><em>Does not guarantee</em> anything for an event whose end neither stands in Consul nor is
 * known to this leader: its plan is gone through again, and its nodes know what they have ended.
 */
final class OldRecords {

  private static final Logger LOG = LoggerFactory.getLogger(OldRecords.class);

  /** An import may take a while from a plan, which comes first by its name, to its results. */
  private static final Duration WATCHED = Duration.ofMinutes(15);

  /** Of one event; more are left as they were imported. */
  private static final int PARTS = 500;

  private final ConsulConnection connection;
  private final Keys keys;
  private final LongSupplier nanos;
  private final FinalResults finals = new FinalResults();
  private final Map<String, Long> watchedSince = new HashMap<>();
  private String open = "";

  OldRecords(ConsulConnection connection, Keys keys, LongSupplier nanos) {
    this.connection = connection;
    this.keys = keys;
    this.nanos = nanos;
  }

  /** A step was written: it tells which event is in progress, and how others have ended. */
  synchronized void written(Step step, Optional<Plan> dispatched) {
    step.finishedTask().ifPresent(this::remember);
    step.finishedNodes().forEach(this::remember);
    step.finishedEvent().ifPresent(this::remember);
    step.finishedEvent().ifPresent(event -> open = "");
    dispatched.ifPresent(plan -> open = plan.event().id());
  }

  private void remember(TaskResult task) {
    finals.remember(task.eventId(), keys.result(task.eventId(), task.no()), Json.write(task));
  }

  private void remember(NodeResult node) {
    String id = node.eventId();
    if (finals.of(id).size() < PARTS) {
      finals.remember(id, keys.result(id, node.no(), node.node()), Json.write(node));
    }
  }

  private void remember(EventResult event) {
    finals.remember(event.id(), keys.result(event.id()), Json.write(event));
  }

  /** Another term: others may have written since. */
  synchronized void forgetOpen() {
    open = "";
  }

  /**
   * Takes a plan away, without a fence, if its event has ended; looks once for each event.
   *
   * @param entry the plan as it stands
   */
  // INVARIANT: promise 6, final states never change.
  synchronized Optional<Transaction> dismissal(Plan plan, Entry entry) {
    String id = plan.event().id();
    if (id.equals(open)) {
      return Optional.empty();
    }
    Optional<Entry> result = connection.get(keys.result(id));
    if (result.filter(there -> FinalResults.isFinal(there.value())).isPresent()) {
      snapshot(id, result.get());
    } else if (!finals.of(id).containsKey(keys.result(id))) {
      open = id;
      return Optional.empty();
    }
    watchedSince.put(id, nanos.getAsLong());
    LOG.warn(
        "event={} state=dropped an old plan of it was put back into Consul; it has ended, which"
            + " stays, and nothing of it is run again",
        id);
    return Optional.of(
        new Transaction("drop plan")
            .compareAndDelete(entry.key(), entry.modifyIndex())
            .deleteTree(entry.key() + "/"));
  }

  private void snapshot(String id, Entry result) {
    finals.remember(id, result.key(), result.value());
    List<String> parts =
        connection.names(result.key() + "/").stream()
            .filter(name -> !name.endsWith("/log"))
            .limit(PARTS)
            .toList();
    connection.read(parts).stream()
        .filter(part -> FinalResults.isFinal(part.value()))
        .forEach(part -> finals.remember(id, part.key(), part.value()));
  }

  /** Puts results of ended events back, without a fence, where older ones have come since. */
  synchronized List<Transaction> restoring() {
    long now = nanos.getAsLong();
    watchedSince.values().removeIf(since -> now - since > WATCHED.toNanos());
    List<Transaction> changes = new ArrayList<>();
    for (String id : watchedSince.keySet()) {
      Map<String, byte[]> known = finals.of(id);
      connection.read(List.copyOf(known.keySet())).stream()
          .filter(there -> !FinalResults.isFinal(there.value()))
          .forEach(there -> changes.add(restored(there, known.get(there.key()))));
    }
    return changes;
  }

  private static Transaction restored(Entry there, byte[] known) {
    LOG.warn("result={} state=restored an older one was put in its place", there.key());
    return new Transaction("restore result").compareAndSet(there.key(), known, there.modifyIndex());
  }
}
