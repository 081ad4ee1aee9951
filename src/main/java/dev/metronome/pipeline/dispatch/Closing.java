package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.TaskResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Ends the head task (transaction <em>close task</em>, docs/protocol.md, "Transactions"): with the
 * next task opened in the same transaction where nodes for it are there, or with the end of the
 * event.
 */
final class Closing {

  /** How many unreachable nodes get a result of their own; the task's message names them all. */
  private static final int NODE_RESULTS = 20;

  private final Keys keys;

  Closing(Keys keys) {
    this.keys = keys;
  }

  Step of(Progress progress, Outcome outcome, Instant now) {
    List<LeftOut> without = new ArrayList<>(progress.plan().leftOut());
    without.addAll(LeftOut.all(progress.skipped(), LeftOut.NOT_TAKEN));
    without.addAll(LeftOut.all(progress.plan().notReached(), LeftOut.NOT_REACHED));
    return of(progress, Outcomes.stopped(progress, outcome), now, new Transaction(), without);
  }

  /** The task ends before it was opened for anybody; these it would have been for. */
  Step unopened(Progress progress, Outcome outcome, List<LeftOut> others, Instant now) {
    return of(progress, outcome, now, new Transaction(), others);
  }

  /** The task fails before it was opened: Consul reports these nodes as failed. */
  Step unreachable(Progress progress, List<String> failed, List<LeftOut> others, Instant now) {
    Plan plan = progress.plan().open(now, failed, others);
    Progress opened = new Progress(plan, progress.planIndex(), progress.claims(), progress.fence());
    Transaction results = new Transaction();
    for (String node : failed.subList(0, Math.min(failed.size(), NODE_RESULTS))) {
      Claim claim = Settlement.claim(opened, node, Outcomes.failedNode(node), now);
      results.set(
          keys.result(plan.event().id(), plan.current(), node), Json.write(NodeResult.of(claim)));
    }
    return of(opened, Outcomes.failedNode(String.join(", ", failed)), now, results, others);
  }

  private Step of(
      Progress progress, Outcome outcome, Instant now, Transaction more, List<LeftOut> without) {
    Plan plan = progress.plan();
    TaskResult task = TaskResult.ended(plan, now, outcome, without);
    String eventId = plan.event().id();
    Transaction close =
        new Transaction("close")
            .set(keys.result(eventId, plan.current()), Json.write(task))
            .deleteTree(keys.claims(plan))
            .and(more);
    boolean last = plan.isLast() || plan.isCancelling() || EventEnd.isReached(plan, outcome);
    if (!last) {
      Plan next =
          plan.taken(progress.takers())
              .decided(outcome, now)
              .goneOnAfter(outcome)
              .next(outcome.status(), without);
      return moved(progress, close, task, next, now);
    }
    Plan end = EventEnd.of(plan.taken(progress.takers()).decided(outcome, now), outcome, without);
    return EventEnd.next(end, outcome)
        .map(next -> moved(progress, opening(next).and(close), task, end.to(next, without), now))
        .orElseGet(() -> ended(progress, close, task, end, now));
  }

  /** Named by what the event turns to. */
  private static Transaction opening(PlannedTask next) {
    return next.isUndo() ? new Transaction("append undo") : new Transaction("start finally");
  }

  /** As it is written if the next task cannot be opened with it. */
  private static Step moved(
      Progress progress, Transaction close, TaskResult task, Plan waiting, Instant now) {
    Move.Finished finished =
        new Move.Finished(
            Optional.of(task), progress.endedBatch(now), progress.results(), Optional.empty());
    return Step.of(progress.fence(), Move.to(progress, waiting, close, finished));
  }

  private Step ended(
      Progress progress, Transaction close, TaskResult task, Plan plan, Instant now) {
    Outcome outcome = plan.ending().orElseThrow().outcome();
    String eventId = plan.event().id();
    EventResult event =
        EventResult.ended(plan.event(), plan.startedAt(), now, outcome)
            .planned(plan)
            .cancelled(plan.cancelled())
            .leavingOut(plan.told(task.leftOut()));
    Transaction change =
        new Transaction("end").and(close).set(keys.result(eventId), Json.write(event));
    if (outcome.status().stopsEvent()) {
      change.set(
          keys.endedPlan(eventId),
          Json.write(progress.plan().ending().isPresent() ? plan : progress.plan()));
    }
    Move.Finished finished =
        new Move.Finished(
            Optional.of(task), progress.endedBatch(now), progress.results(), Optional.of(event));
    return Step.of(progress.fence(), Move.end(progress, change, finished));
  }
}
