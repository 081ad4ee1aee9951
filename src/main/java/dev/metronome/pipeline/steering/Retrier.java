package dev.metronome.pipeline.steering;

import dev.metronome.consul.Commit;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.FailedBefore;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Resume;
import dev.metronome.model.record.Status;
import dev.metronome.model.record.TaskResult;
import dev.metronome.model.signature.EventSignatures;
import dev.metronome.pipeline.membership.Roster;
import dev.metronome.pipeline.queue.Buckets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Has a failed event go on as a new one (transaction <em>retry</em>, decision 11). Thread-safe.
 *
 * <p><em>Guarantees</em>: the new event is accepted and the earlier one's result names it in one
 * transaction; of two who retry at the same time one is refused. The earlier one's status stays.
 */
public final class Retrier {

  private final ConsulConnection connection;
  private final Keys keys;
  private final Buckets buckets;
  private final EventSignatures signatures;

  public Retrier(ConsulConnection connection, Keys keys) {
    this(connection, keys, EventSignatures.none());
  }

  /**
   * @param signatures signs the event that goes on, and looks at that of the earlier one
   */
  public Retrier(ConsulConnection connection, Keys keys, EventSignatures signatures) {
    this.connection = connection;
    this.keys = keys;
    this.buckets = new Buckets(connection, keys);
    this.signatures = signatures;
  }

  /** On which nodes the first task is run again. */
  public enum Scope {
    /** On every node that matches now. */
    ALL,
    /** On those only where it has not succeeded. */
    FAILED_NODES
  }

  /**
   * What is wanted.
   *
   * @param eventId of the event that failed
   * @param newId of the one that goes on
   * @param from NO of the first task; absent: the one that failed
   * @param by who wants it: user@host
   * @param traceparent whose trace the new event continues, as in the header of that name
   * @param plan fingerprint of what was foreseen for it, if somebody has looked
   */
  public record Wish(
      String eventId,
      String newId,
      Scope scope,
      Optional<Integer> from,
      String by,
      Instant at,
      Optional<String> traceparent,
      Optional<String> plan) {

    /** Of somebody who has not looked at a plan. */
    public Wish(
        String eventId,
        String newId,
        Scope scope,
        Optional<Integer> from,
        String by,
        Instant at,
        Optional<String> traceparent) {
      this(eventId, newId, scope, from, by, at, traceparent, Optional.empty());
    }

    /** Of somebody who has looked at one, if so. */
    public Wish confirmed(Optional<String> seen) {
      return new Wish(eventId, newId, scope, from, by, at, traceparent, seen);
    }
  }

  /**
   * Accepts the event that goes on.
   *
   * @throws NotRetryableException if the earlier one cannot be gone on with; the message says why
   */
  public Event retry(Wish wish) {
    Entry entry = result(wish);
    EventResult earlier = Json.read(entry.key(), entry.value(), EventResult.class);
    Event event = event(wish, earlier);
    byte[] retried = Json.write(earlier.retriedAs(event.id()));
    Commit commit =
        buckets.commit(
            bucket ->
                new Transaction("retry")
                    .and(buckets.accepting(bucket, event, 0))
                    .compareAndSet(entry.key(), retried, entry.modifyIndex()));
    if (!commit.isDone() && connection.get(keys.queued(event.id())).isEmpty()) {
      throw new NotRetryableException(
          "event " + wish.eventId() + " was retried by somebody else a moment ago");
    }
    return event;
  }

  /**
   * The event that {@link #retry} would have accepted; writes nothing.
   *
   * @throws NotRetryableException if the earlier one cannot be gone on with; the message says why
   */
  public Event foreseen(Wish wish) {
    Entry entry = result(wish);
    return event(wish, Json.read(entry.key(), entry.value(), EventResult.class));
  }

  private Entry result(Wish wish) {
    return connection.get(keys.result(wish.eventId())).orElseThrow(() -> notBegun(wish.eventId()));
  }

  private Event event(Wish wish, EventResult earlier) {
    demandOurs(earlier);
    demandFailed(earlier);
    demandNoRetryUnderway(earlier);
    Plan plan = ended(earlier);
    demandSigned(plan);
    Event event = signatures.signLike(plan.event(), event(plan, wish));
    demandDefined(event);
    return event;
  }

  private NotRetryableException notBegun(String eventId) {
    boolean waits = buckets.find(eventId).isPresent();
    return new NotRetryableException(
        "event "
            + eventId
            + (waits ? " has not begun: it waits in the event queue" : " has no result"));
  }

  /** The original keeps no plan of what has ended, and its results never change. */
  private static void demandOurs(EventResult earlier) {
    if (earlier.fromOriginal()) {
      throw new NotRetryableException(
          "event "
              + earlier.id()
              + " is of the original, which left no plan to go on with; fire "
              + earlier.name()
              + " anew");
    }
  }

  /** Whoever can write the KV could have what he likes signed by a retry. */
  private void demandSigned(Plan plan) {
    signatures
        .refusal(plan.event())
        .ifPresent(
            why -> {
              throw new NotRetryableException(
                  "event "
                      + plan.event().id()
                      + " cannot be vouched for, since "
                      + why
                      + "; fire "
                      + plan.event().name()
                      + " anew");
            });
  }

  private static void demandFailed(EventResult earlier) {
    if (earlier.status() == Status.INPROGRESS) {
      throw new NotRetryableException(
          "event " + earlier.id() + " is still running; wait for its end, or cancel it first");
    }
    if (!earlier.status().stopsEvent()) {
      throw new NotRetryableException(
          "event "
              + earlier.id()
              + " ended as "
              + earlier.status().word()
              + ", there is nothing to resume; fire "
              + earlier.name()
              + " anew");
    }
  }

  private void demandNoRetryUnderway(EventResult earlier) {
    if (earlier.retries().isEmpty()) {
      return;
    }
    String last = earlier.retries().get(earlier.retries().size() - 1);
    boolean ended =
        connection
            .get(keys.result(last))
            .map(entry -> Json.read(entry.key(), entry.value(), EventResult.class))
            .map(result -> result.status().isFinal())
            .orElseGet(() -> buckets.find(last).isEmpty());
    if (!ended) {
      throw new NotRetryableException(
          "event " + earlier.id() + " is being retried already, as event " + last);
    }
  }

  private Plan ended(EventResult earlier) {
    return connection
        .get(keys.endedPlan(earlier.id()))
        .map(entry -> Json.read(entry.key(), entry.value(), Plan.class))
        .orElseThrow(
            () ->
                new NotRetryableException(
                    "event "
                        + earlier.id()
                        + " never had a plan, or it is no longer kept; fire "
                        + earlier.name()
                        + " anew"));
  }

  private Event event(Plan ended, Wish wish) {
    Plan plan = ended.atOrderedEnd();
    Optional<Integer> undone = ended.undoneFrom();
    int from = wish.from().or(() -> undone).orElseGet(() -> firstFailed(plan));
    demandTask(plan, from);
    demandApproved(plan, from);
    if (undone.isPresent() && wish.scope() == Scope.FAILED_NODES) {
      throw new NotRetryableException(
          "what task "
              + undone.get()
              + " did was taken back on its nodes; leave out --failed-nodes");
    }
    boolean some =
        wish.scope() == Scope.FAILED_NODES
            || (undone.isEmpty() && goesOnInBatches(plan, wish, from));
    if (some && from != plan.current()) {
      throw new NotRetryableException(
          "only task "
              + plan.current()
              + " has nodes that failed; leave out either --from or"
              + " --failed-nodes");
    }
    PlannedTask task = plan.tasks().get(from);
    Set<String> done = some ? done(plan) : Set.of();
    List<String> healthy = some ? unproven(plan, done) : List.of();
    List<String> nodes =
        some ? failed(plan, done, healthy) : undone.isPresent() ? again(plan, from) : List.of();
    Event first = plan.event();
    return Event.of(wish.newId(), first.name(), first.params(), wish.at(), "retry", wish.by())
        .resuming(new Resume(first.id(), from, task.pattern(), task.task(), nodes, healthy))
        .limited(first.limit())
        .confirmed(wish.plan())
        .continuing(wish.traceparent());
  }

  private static void demandTask(Plan plan, int from) {
    int last = plan.ordered().size() - 1;
    if (from >= plan.tasks().size()) {
      throw new NotRetryableException(
          "event " + plan.event().id() + " has no task " + from + ", its last is " + last);
    }
    if (plan.tasks().get(from).isUndo()) {
      throw new NotRetryableException(
          "task " + from + " of event " + plan.event().id() + " is an undo; its last is " + last);
    }
  }

  /** What was approved of once need not be again; what was not cannot be passed by. */
  // INVARIANT: what waits for an approval is not run before it is given.
  private void demandApproved(Plan plan, int from) {
    plan.ordered().stream()
        .filter(task -> task.isApproval() && task.no() >= plan.current() && task.no() < from)
        .filter(task -> !hasSucceeded(plan, task.no()))
        .findFirst()
        .ifPresent(
            task -> {
              throw new NotRetryableException(
                  task.title()
                      + " of event "
                      + plan.event().id()
                      + " was not given, and cannot be passed by; leave out --from, and it is asked"
                      + " for anew");
            });
  }

  private boolean hasSucceeded(Plan plan, int no) {
    return connection
        .get(keys.result(plan.event().id(), no))
        .map(entry -> Json.read(entry.key(), entry.value(), TaskResult.class))
        .filter(task -> task.status() == Status.SUCCESS)
        .isPresent();
  }

  /** Where a task was taken back: on all that match, unless the event was for some of them only. */
  private static List<String> again(Plan plan, int from) {
    return plan.event()
        .resume()
        .filter(it -> it.from() == from)
        .map(Resume::nodes)
        .orElse(List.of());
  }

  /** What follows it runs again, too: it was done on ground that was not as it should be. */
  private int firstFailed(Plan plan) {
    return plan.failedBefore().map(FailedBefore::no).orElseGet(() -> firstNotDone(plan));
  }

  /**
   * The head task, unless that had succeeded before the event was cancelled; the first one of
   * {@code finally} if nothing else has failed.
   */
  private int firstNotDone(Plan plan) {
    boolean done = hasSucceeded(plan, plan.current());
    int next =
        plan.isLast()
            ? plan.finallyAhead().map(PlannedTask::no).orElse(plan.current())
            : plan.current() + 1;
    return done ? next : plan.current();
  }

  /** Where a task in batches has succeeded it is not run again, unless somebody says from where. */
  private static boolean goesOnInBatches(Plan plan, Wish wish, int from) {
    return (plan.head().batching().isInBatches() || plan.head().batching().health().isPresent())
        && (plan.isOpen() || !plan.chosen().isEmpty() || plan.isOnlyToBeHealthy())
        && wish.from().isEmpty()
        && from == plan.current();
  }

  /** Where the head task has succeeded. */
  private Set<String> done(Plan plan) {
    String prefix = keys.result(plan.event().id(), plan.current()) + "/";
    return connection.read(plan.targets().stream().map(node -> prefix + node).toList()).stream()
        .map(entry -> Json.read(entry.key(), entry.value(), NodeResult.class))
        .filter(result -> result.status() == Status.SUCCESS)
        .map(NodeResult::node)
        .collect(Collectors.toSet());
  }

  /** Those of them that were to be well before it went on, and have not been so for long enough. */
  private static List<String> unproven(Plan plan, Set<String> done) {
    return plan.unproven().stream()
        .filter(node -> !plan.targets().contains(node) || done.contains(node))
        .filter(node -> plan.head().batching().health().isPresent())
        .toList();
  }

  /** None if it has succeeded nowhere, nor in the event before: then all that match run it. */
  private static List<String> failed(Plan plan, Set<String> done, List<String> healthy) {
    if (!plan.isOpen()) {
      return plan.chosen();
    }
    List<String> left =
        Stream.concat(plan.targets().stream(), plan.notReached().stream())
            .filter(node -> !done.contains(node))
            .toList();
    if (left.isEmpty() && healthy.isEmpty()) {
      throw new NotRetryableException(
          "task "
              + plan.current()
              + " has failed on no node; begin it anew with --from "
              + plan.current());
    }
    boolean nowhere = done.isEmpty() && plan.chosen().isEmpty() && healthy.isEmpty();
    return nowhere ? List.of() : left;
  }

  /** As far as the agents tell; the leader looks at the task itself. */
  private void demandDefined(Event event) {
    Roster agents = Roster.read(connection, keys);
    String pattern = event.resume().orElseThrow().pattern();
    boolean defined =
        agents.presences().stream()
            .flatMap(presence -> presence.patterns().entrySet().stream())
            .anyMatch(
                known ->
                    known.getKey().equals(pattern)
                        && known.getValue().events().contains(event.name()));
    agents
        .objection(event.name(), event.params())
        .ifPresent(
            why -> {
              throw new NotRetryableException(
                  "event "
                      + event.resume().orElseThrow().of()
                      + " came with other parameters than the task files declare now: "
                      + why
                      + "; fire "
                      + event.name()
                      + " anew");
            });
    if (!agents.isEmpty() && !defined) {
      throw new NotRetryableException(
          "the pattern "
              + pattern
              + " no longer defines the event "
              + event.name()
              + " on any node; give the nodes the files back, or fire another event");
    }
  }
}
