package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.TaskResult;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;

/**
 * Opens tasks (transaction <em>open</em>, docs/protocol.md, "Transactions"), whatever else is
 * written with it: the dispatch of an event, the close of the task before, or nothing. For routes
 * it joins a step and the nodes that were selected for it. Thread-safe.
 */
public final class Opener implements AggregationStrategy {

  private final Keys keys;
  private final Predicate<Plan> held;
  private final Limits limits;
  private final Clock clock;
  private final Elapsed elapsed;
  private final Closing closing;
  private final Assigner assigner;
  private final Epochs epochs;
  private final Approvals approvals;

  Opener(
      Keys keys,
      Predicate<Plan> held,
      Limits limits,
      Clock clock,
      Elapsed elapsed,
      Closing closing,
      Assigner assigner,
      Epochs epochs,
      Approvals approvals) {
    this.approvals = approvals;
    this.epochs = epochs;
    this.keys = keys;
    this.held = held;
    this.limits = limits;
    this.clock = clock;
    this.elapsed = elapsed;
    this.closing = closing;
    this.assigner = assigner;
  }

  @Override
  public Exchange aggregate(Exchange opening, Exchange selected) {
    List<Candidate> nodes =
        selected.getMessage().getBody() instanceof List<?> list
            ? list.stream().map(Candidate.class::cast).toList()
            : List.of();
    Step step = opening.getMessage().getBody(Step.class);
    Optional<Outcome> unselectable = Targets.unselectable(selected);
    opening
        .getMessage()
        .setBody(
            withoutSelection(
                unselectable.isPresent() ? ended(step, unselectable.get()) : open(step, nodes)));
    return opening;
  }

  /** The same step, with what it opens for the nodes that were selected. */
  Step open(Step step, List<Candidate> candidates) {
    return step.waiting().map(move -> open(step, move, candidates)).orElse(step);
  }

  /** Ends a task for which no nodes can be selected, once it is the head of its plan. */
  private Step ended(Step step, Outcome outcome) {
    return step.waiting()
        .filter(Move::isLooking)
        .map(
            move ->
                closing.unopened(
                    move.progress().orElseThrow(), outcome, List.of(), clock.instant()))
        .orElse(step);
  }

  /**
   * An undo is for the very nodes that have taken its task, and an approval for none, whatever a
   * route would select.
   */
  // INVARIANT: an undo is for exactly the nodes with a claim of its task.
  Step withoutSelection(Step step) {
    return step.waiting()
        .filter(move -> needsNoSelection(move.plan().orElseThrow().head()))
        .filter(move -> !held.test(move.plan().orElseThrow()))
        .map(
            move -> {
              Plan waiting = move.plan().orElseThrow();
              return step.opened(
                  waiting.head().isApproval()
                      ? approvals.asked(move)
                      : opened(move, waiting, waiting.toUndo(), List.of()));
            })
        .orElse(step);
  }

  private static boolean needsNoSelection(PlannedTask task) {
    return task.isUndo() || task.isApproval();
  }

  private Step open(Step step, Move move, List<Candidate> candidates) {
    Plan waiting = move.plan().orElseThrow();
    if (held.test(waiting)) {
      return move.isLooking() ? Step.none(step.fence()) : step;
    }
    if (waiting.head().isApproval()) {
      return step.opened(approvals.asked(move));
    }
    if (waiting.isOnlyToBeHealthy()) {
      return step.opened(opened(move, waiting, List.of(), List.of()));
    }
    Selection selection =
        new Selection(waiting.head(), waiting.chosen(), waiting.event().limit(), candidates);
    if (selection.opens()) {
      List<List<String>> batches = selection.batches(waiting.event().id());
      return step.opened(opened(move, waiting, batches, selection.leftOut()));
    }
    return move.isLooking() ? unopened(move.progress().orElseThrow(), selection) : step;
  }

  /** With its frozen targets, and as many assignments as fit beside all else. */
  private Move opened(Move move, Plan waiting, List<List<String>> batches, List<LeftOut> leftOut) {
    Instant now = clock.instant();
    long epoch = epochs.next();
    Plan plan =
        (isGatedBefore(waiting)
                ? waiting.openAtGate(now, batches, leftOut)
                : waiting.openInBatches(now, batches, leftOut))
            .in(epoch);
    Transaction opening =
        new Transaction("open")
            .set(
                keys.result(plan.event().id(), plan.current()), Json.write(TaskResult.opened(plan)))
            .and(epochs.turning(epoch));
    List<Transaction> others = assigner.assign(plan, plan.targets(), opening, now);
    return move.opened(plan, opening, others);
  }

  /** Whether there is something to wait for before even the first batch opens. */
  private static boolean isGatedBefore(Plan waiting) {
    return waiting.isOnlyToBeHealthy()
        || waiting
            .head()
            .batching()
            .health()
            .filter(gate -> gate.keep().isPresent() || !waiting.gateNodes().isEmpty())
            .isPresent();
  }

  /** The next batch of the head task, in the transaction that ends the one before. */
  // INVARIANT: the claims of a batch go only with the plan that says how they have ended.
  Step batch(Progress progress) {
    if (held.test(progress.plan())) {
      return Step.none(progress.fence());
    }
    Instant now = clock.instant();
    long epoch = epochs.next();
    Plan before = progress.plan();
    Plan plan = before.openBatch(now, progress.ended()).in(epoch);
    String id = plan.event().id();
    Transaction opening =
        new Transaction("batch")
            .set(keys.result(id, plan.current()), Json.write(TaskResult.opened(plan)))
            .deleteTree(keys.claims(before))
            .and(epochs.turning(epoch));
    List<Transaction> others = assigner.assign(plan, plan.awaited(), opening, now);
    return Step.of(
        progress.fence(),
        Move.batch(progress, plan, opening, others, progress.endedBatch(now), progress.results()));
  }

  /** A head task that there are no nodes for: waits for them, and ends at last. */
  private Step unopened(Progress progress, Selection selection) {
    List<String> missing = selection.missing();
    if (missing.isEmpty() && selection.blocks()) {
      List<String> failed = selection.failed();
      return closing.unreachable(progress, failed, selection.notReached(failed), clock.instant());
    }
    if (selection.isBeyondLimit()) {
      return closing.unopened(
          progress, Outcomes.beyondLimit(selection), selection.leftOut(), clock.instant());
    }
    if (elapsed.of("start").compareTo(limits.start()) < 0) {
      return Step.none(progress.fence());
    }
    List<LeftOut> out = missing.isEmpty() ? selection.leftOut() : selection.notReached(missing);
    Outcome outcome =
        missing.isEmpty()
            ? Outcomes.noTarget(selection.task(), limits.start(), out)
            : Outcomes.gone(missing, selection.task());
    return closing.unopened(progress, outcome, out, clock.instant());
  }
}
