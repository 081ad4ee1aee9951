package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Presence;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.camel.Body;

/**
 * Decides what is to be done about the event in progress. Reads, but writes nothing: a {@link Step}
 * says what to write.
 *
 * <p>Called by one thread at a time. What it remembers are stopwatches only; a successor starts
 * them anew.
 */
public final class Advancer {

  /** How often a task that waits for nodes asks the catalog. */
  private static final Duration LOOK = Duration.ofSeconds(2);

  /** How often it looks whether the assignments that nobody has taken are still there. */
  private static final Duration ASSIGN = Duration.ofSeconds(10);

  private final ConsulConnection connection;
  private final Keys keys;
  private final Targets targets;
  private final Limits limits;
  private final Clock clock;
  private final Elapsed elapsed;
  private final Closing closing;
  private final Cancelling cancelling;

  public Advancer(
      ConsulConnection connection,
      Keys keys,
      Targets targets,
      Limits limits,
      Clock clock,
      LongSupplier nanos) {
    this.connection = connection;
    this.keys = keys;
    this.targets = targets;
    this.limits = limits;
    this.clock = clock;
    this.elapsed = new Elapsed(nanos);
    this.closing = new Closing(keys);
    this.cancelling = new Cancelling(keys, limits, clock, elapsed, closing);
  }

  /** The next step, which may be none, or one that depends on the nodes for a task. */
  public synchronized Step advance(@Body Progress progress) {
    Plan plan = progress.plan();
    elapsed.about(
        progress.fence()
            + "/"
            + plan.event().id()
            + "/"
            + plan.current()
            + "/"
            + plan.isOpen()
            + plan.cancelled().map(wanted -> "/cancelled").orElse(""));
    if (plan.cancelled().isPresent()) {
      return cancelling.step(progress, plan.cancelled().get());
    }
    return plan.isOpen() ? watched(progress) : looked(progress);
  }

  // INVARIANT: promise 3, a task is closed, and the next one opened, only when all have ended.
  private Step watched(Progress progress) {
    if (progress.allEnded()) {
      return closing.of(progress, Outcomes.ofTask(progress), clock.instant());
    }
    List<Transaction> changes = new ArrayList<>(unassigned(progress));
    changes.addAll(settlements(progress));
    return changes.isEmpty()
        ? Step.none(progress.fence(), progress.plan().event().id())
        : Step.of(progress.fence(), progress.plan().event().id(), changes);
  }

  private Step looked(Progress progress) {
    elapsed.of("start");
    return elapsed.isDue("look", LOOK)
        ? Step.looking(progress)
        : Step.none(progress.fence(), progress.plan().event().id());
  }

  /** The same step, with what it opens for the nodes that were selected. */
  public synchronized Step open(Step step, List<Candidate> candidates) {
    Optional<WaitingTask> own = step.waiting();
    if (own.isEmpty()) {
      return step.next().map(event -> step.then(opened(event, candidates))).orElse(step);
    }
    WaitingTask waiting = own.get();
    Selection selection = selection(waiting.plan(), candidates);
    return Opening.of(keys, waiting.plan(), selection, clock.instant())
        .map(opening -> closing.opening(step, waiting, opening))
        .orElseGet(
            () -> step.isLooking() ? unopened(waiting.progress(), selection) : step.settled());
  }

  /** The same event, with nodes for its first task. */
  public Planned opened(Planned event, List<Candidate> candidates) {
    return event instanceof Planned.Dispatch dispatch
        ? new Planned.Dispatch(
            dispatch.plan(), dispatch.fence(), Optional.of(selection(dispatch.plan(), candidates)))
        : event;
  }

  private static Selection selection(Plan waiting, List<Candidate> candidates) {
    return new Selection(waiting.head(), waiting.chosen(), candidates);
  }

  /** A head task that there are no nodes for: waits for them, and ends at last. */
  private Step unopened(Progress progress, Selection selection) {
    PlannedTask task = selection.task();
    boolean patient = elapsed.of("start").compareTo(limits.start()) < 0;
    if (selection.missing().isEmpty() && selection.blocks()) {
      List<String> failed = selection.failed();
      return closing.unreachable(progress, failed, selection.notReached(failed), clock.instant());
    }
    if (patient) {
      return Step.none(progress.fence(), progress.plan().event().id());
    }
    List<String> missing = selection.missing();
    List<LeftOut> out = missing.isEmpty() ? selection.leftOut() : selection.notReached(missing);
    Outcome outcome =
        missing.isEmpty()
            ? Outcomes.noTarget(task, limits.start(), out)
            : Outcomes.gone(missing, task);
    return closing.unopened(progress, outcome, out, clock.instant());
  }

  /**
   * Now and then, when targets are slow to claim: assignments that a leader may have died before
   * putting, or that somebody has deleted; also for a claim that nobody holds, since its node may
   * know how the task has ended.
   */
  private List<Transaction> unassigned(Progress progress) {
    boolean early = elapsed.of("assigned").compareTo(LOOK) < 0;
    if (early || !elapsed.isDue("assign", ASSIGN)) {
      return List.of();
    }
    Plan plan = progress.plan();
    List<String> missing = missing(plan, plan.targets().stream().filter(progress::isFree).toList());
    if (!missing.isEmpty()) {
      elapsed.reset("assign");
    }
    List<Transaction> changes =
        new ArrayList<>(
            Opening.assignments(
                keys,
                plan,
                missing.stream().filter(node -> progress.claim(node).isEmpty()).toList(),
                clock.instant()));
    missing.forEach(
        node ->
            progress
                .claim(node)
                .map(held -> Opening.assignment(keys, plan, node, held.index(), clock.instant()))
                .ifPresent(changes::add));
    return changes.stream()
        .map(
            change ->
                new Transaction().checkIndex(planKey(progress), progress.planIndex()).and(change))
        .toList();
  }

  /** Those of the nodes that have no assignment. */
  private List<String> missing(Plan plan, List<String> nodes) {
    if (nodes.isEmpty()) {
      return List.of();
    }
    Map<String, String> assignments = new LinkedHashMap<>();
    nodes.forEach(
        node -> assignments.put(node, keys.assignment(node, plan.event().id(), plan.current())));
    Set<String> there =
        connection.read(List.copyOf(assignments.values())).stream()
            .map(Entry::key)
            .collect(Collectors.toSet());
    return nodes.stream().filter(node -> !there.contains(assignments.get(node))).toList();
  }

  // INVARIANT: promise 6, a node that vanishes ends as error, never as inprogress for ever.
  private List<Transaction> settlements(Progress progress) {
    List<Transaction> changes = new ArrayList<>();
    boolean overdue = elapsed.of("finish").compareTo(limits.finish()) >= 0;
    List<String> failed = failedUnclaimed(progress);
    for (String node : progress.plan().targets()) {
      if (!progress.hasEnded(node)) {
        judged(progress, node, overdue, failed)
            .ifPresent(outcome -> changes.add(settlement(progress, node, outcome)));
      }
    }
    return changes;
  }

  private Optional<Outcome> judged(
      Progress progress, String node, boolean overdue, List<String> failed) {
    if (overdue) {
      return Optional.of(Outcomes.overdue(node, limits.finish()));
    }
    Optional<Progress.Held> held = progress.claim(node);
    if (held.isEmpty()) {
      return untaken(progress.plan().head(), node, failed);
    }
    elapsed.reset("unclaimed " + node); // a claim may be deleted, and put back by its node
    if (held.get().fault().isPresent()) {
      return held.get().fault().map(Progress.Unreadable::outcome);
    }
    if (held.get().locked()) {
      elapsed.reset("lost " + node);
      return Optional.empty();
    }
    return elapsed.of("lost " + node).compareTo(limits.lost(progress.plan().head())) >= 0
        ? Optional.of(Outcomes.lost(node, held.get().claim()))
        : Optional.empty();
  }

  private Optional<Outcome> untaken(PlannedTask task, String node, List<String> failed) {
    if (failed.contains(node)) {
      return Optional.of(Outcomes.unreachable(task, Outcomes.failedNode(node)));
    }
    return elapsed.of("unclaimed " + node).compareTo(limits.start()) >= 0
        ? Optional.of(
            Outcomes.unreachable(task, Outcomes.noAgent(node, limits.start(), busy(node))))
        : Optional.empty();
  }

  /** Why a node takes no task, in its own words. */
  private Optional<String> busy(String node) {
    return connection
        .get(keys.presence(node))
        .flatMap(entry -> Json.readable(entry.key(), entry.value(), Presence.class))
        .flatMap(Presence::busy);
  }

  private List<String> failedUnclaimed(Progress progress) {
    List<String> unclaimed =
        progress.plan().targets().stream().filter(n -> progress.claim(n).isEmpty()).toList();
    boolean patient = elapsed.of("start").compareTo(LOOK) < 0;
    return unclaimed.isEmpty() || patient || !elapsed.isDue("look", LOOK)
        ? List.of()
        : targets.failedAmong(unclaimed);
  }

  private Transaction settlement(Progress progress, String node, Outcome outcome) {
    return Settlement.of(keys, progress, node, outcome, clock.instant());
  }

  private String planKey(Progress progress) {
    return keys.plan(progress.plan().event().id());
  }
}
