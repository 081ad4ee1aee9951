package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Status;
import dev.metronome.model.record.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the leader does about records that somebody has put back into Consul, as by the import of a
 * backup, or deleted there: the plan of an event that has ended is taken away, results that say the
 * end come back if older ones take their place later, and an event whose plan is gone ends. Reads,
 * but writes nothing. Thread-safe.
 *
 * <p><em>Does not guarantee</em> anything for an event whose end neither stands in Consul nor is
 * known to this leader: its plan is gone through again, and its nodes know what they have ended.
 */
final class OldRecords {

  private static final Logger LOG = LoggerFactory.getLogger(OldRecords.class);

  /** Between looks for what others have deleted or put back. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** An import may take a while from a plan, which comes first by its name, to its results. */
  private static final Duration WATCHED = Duration.ofMinutes(15);

  /** Of one event; more are left as they were imported. */
  private static final int PARTS = 500;

  /** No more than one is expected. */
  private static final int BEGUN = 8;

  private final ConsulConnection connection;
  private final Keys keys;
  private final LongSupplier nanos;
  private final FinalResults finals = new FinalResults();
  private final Map<String, Long> watchedSince = new HashMap<>();
  private final DeletedPlan deleted;
  private String term = "";
  private final Set<String> open = new HashSet<>();
  private final Map<String, Plan> inProgress = new HashMap<>();
  private final Map<String, Plan> abandoned = new LinkedHashMap<>();
  private boolean searched;
  private long lookedNanos;

  OldRecords(ConsulConnection connection, Keys keys, LongSupplier nanos) {
    this.connection = connection;
    this.keys = keys;
    this.nanos = nanos;
    this.deleted = new DeletedPlan(connection, keys);
    this.lookedNanos = nanos.getAsLong();
  }

  /** Between two terms of this leader others may have written. */
  private void begin(String fence) {
    if (!term.equals(fence)) {
      term = fence;
      inProgress.clear();
      open.clear();
      searched = false;
    }
  }

  /** An event in progress was read. */
  synchronized void seen(Progress progress) {
    begin(progress.fence());
    progressing(progress.plan());
  }

  /** Another event whose end was not written has lost its place to it: its plan is gone. */
  private void progressing(Plan plan) {
    String id = plan.event().id();
    Plan before = inProgress.put(plan.slot(), plan);
    if (before != null && !before.event().id().equals(id)) {
      abandon(before);
    }
    abandoned.remove(id);
  }

  private void abandon(Plan plan) {
    abandoned.put(plan.event().id(), plan);
  }

  /** A step was written: it tells which event is in progress, and how others have ended. */
  synchronized void written(Step step) {
    begin(step.fence());
    step.moves().forEach(this::written);
  }

  private void written(Move move) {
    move.finished().task().ifPresent(this::remember);
    move.finished().nodes().forEach(this::remember);
    move.finished().event().ifPresent(this::remember);
    if (move.isEnd()) {
      Plan ended = move.progress().orElseThrow().plan();
      open.remove(ended.event().id());
      inProgress.remove(ended.slot());
    }
    move.plan().ifPresent(this::progressing);
    move.plan().filter(plan -> move.isDispatch()).ifPresent(plan -> open.add(plan.event().id()));
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

  /**
   * Whether a plan is to be taken away, since its event has ended; looks once for each event.
   *
   * @return what goes with it
   */
  // INVARIANT: promise 6, final states never change.
  synchronized Optional<Transaction> dismissal(String fence, Plan plan) {
    begin(fence);
    String id = plan.event().id();
    if (open.contains(id)) {
      return Optional.empty();
    }
    Optional<Entry> result = connection.get(keys.result(id));
    if (result.filter(there -> FinalResults.isFinal(there.value())).isPresent()) {
      snapshot(id, result.get());
    } else if (!finals.of(id).containsKey(keys.result(id))) {
      open.add(id);
      return Optional.empty();
    }
    watchedSince.put(id, nanos.getAsLong());
    LOG.warn(
        "event={} state=dropped an old plan of it was put back into Consul; it has ended, which"
            + " stays, and nothing of it is run again",
        id);
    return Optional.of(new Transaction("drop plan").deleteTree(keys.claims(plan)));
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

  /**
   * The events whose plan cannot be read that stands in a slot: the one that was seen in progress
   * there, or else all that are in progress and have no other.
   */
  synchronized List<String> unplanned(String slot) {
    Set<String> others =
        inProgress.values().stream().map(plan -> plan.event().id()).collect(Collectors.toSet());
    return Optional.ofNullable(inProgress.get(slot))
        .map(plan -> List.of(plan.event().id()))
        .orElseGet(() -> begun().stream().filter(id -> !others.contains(id)).toList());
  }

  private List<String> begun() {
    List<String> events =
        connection.children(keys.results()).stream().filter(key -> !key.endsWith("/")).toList();
    return connection.read(events).stream()
        .flatMap(entry -> Json.readable(entry.key(), entry.value(), EventResult.class).stream())
        .filter(result -> result.status() == Status.INPROGRESS && !result.fromOriginal())
        .map(EventResult::id)
        .filter(Keys::wasSegment)
        .limit(BEGUN)
        .toList();
  }

  /**
   * Every second at most, what is to be mended, without a fence: an event whose plan was deleted,
   * results that were replaced by old ones.
   *
   * @param vacant whether no plan is known to stand in a slot
   * @return of each list the first decides: the others go with it, and not without it
   */
  synchronized List<List<Transaction>> mending(
      String fence, Predicate<String> vacant, Instant now) {
    if (nanos.getAsLong() - lookedNanos < LOOK.toNanos()) {
      return List.of();
    }
    lookedNanos = nanos.getAsLong();
    begin(fence);
    List<List<Transaction>> changes = new ArrayList<>();
    restoring().forEach(change -> changes.add(List.of(change)));
    inProgress.entrySet().stream()
        .filter(plan -> vacant.test(plan.getKey()))
        .forEach(plan -> abandon(plan.getValue()));
    inProgress.keySet().removeIf(vacant);
    abandoned.values().removeIf(deleted::hasEnded);
    abandoned.values().forEach(plan -> changes.add(deleted.end(plan, now)));
    if (!searched) {
      changes.addAll(unknown(now));
    }
    return changes.stream().filter(some -> !some.isEmpty()).toList();
  }

  /** Until there are none: the leader before may have died before it saw that a plan was gone. */
  private List<List<Transaction>> unknown(Instant now) {
    List<List<Transaction>> ends =
        begun().stream()
            .filter(id -> !abandoned.containsKey(id))
            .map(id -> deleted.endUnknown(id, now))
            .filter(some -> !some.isEmpty())
            .toList();
    searched = ends.isEmpty();
    return ends;
  }

  /** Puts results of ended events back where older ones have come since. */
  private List<Transaction> restoring() {
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
