package dev.metronome.pipeline.dispatch;

import dev.metronome.model.record.Cancellation;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.EndedNodes;
import dev.metronome.model.record.FailedBefore;
import dev.metronome.model.record.GateState;
import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Share;
import dev.metronome.model.record.Status;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The leader's verdicts, and how those of nodes add up to a task's and an event's. */
final class Outcomes {

  /** Of so many gates that have failed a task's message says why; its result has them all. */
  private static final int GATES = 5;

  private Outcomes() {}

  /** A task ends as the worst of its targets: error before timeout before success. */
  static Outcome ofTask(Progress progress) {
    Outcome nodes = of(progress.ended());
    Optional<String> gates = progress.plan().gate().flatMap(Outcomes::ofGates);
    return nodes.status().stopsEvent()
        ? new Outcome(
            nodes.status(),
            nodes.reason(),
            nodes.message().map(message -> message + gates.map(why -> "; " + why).orElse("")))
        : gates.map(why -> Outcome.error(Reason.UNHEALTHY, why)).orElse(nodes);
  }

  /** Why gates of health have failed; empty if none has. */
  static Optional<String> ofGates(GateState state) {
    List<String> reasons = state.reasons();
    int more = state.failures() - Math.min(GATES, reasons.size());
    String told =
        reasons.stream().limit(GATES).collect(Collectors.joining("; "))
            + (more > 0 ? "; and " + more + " more" : "");
    return switch (state.failures()) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(told);
      default -> Optional.of(state.failures() + " gates failed: " + told);
    };
  }

  /** Of its newest batch: a gate that has failed is a failure of it. */
  static Outcome ofBatch(Progress progress) {
    Outcome nodes = ofNodes(progress, progress.plan().newestBatch());
    return progress.plan().isGateFailed() && !nodes.status().stopsEvent()
        ? Outcome.error(Reason.UNHEALTHY, "its nodes were not well in time")
        : nodes;
  }

  /** The same, of some of its targets. */
  static Outcome ofNodes(Progress progress, List<String> targets) {
    Map<String, Outcome> ends = new HashMap<>();
    targets.forEach(node -> progress.outcome(node).ifPresent(outcome -> ends.put(node, outcome)));
    return ofTask(targets, ends);
  }

  /** The same, by the outcomes of nodes; one that has none yet counts as a success. */
  static Outcome ofTask(Collection<String> targets, Map<String, Outcome> ends) {
    return of(
        EndedNodes.NONE.and(
            targets, node -> ends.getOrDefault(node, Outcome.success()), node -> true));
  }

  private static Outcome of(EndedNodes ended) {
    if (ended.worst().isEmpty()) {
      boolean nowhere = ended.nodes() > 0 && ended.skipped().size() == ended.nodes();
      return nowhere
          ? Outcome.skip(Reason.UNREACHABLE, "none of its nodes could take it")
          : Outcome.success();
    }
    Outcome worst = ended.outcome().orElseThrow();
    int others = ended.failures() - 1;
    String more = others == 0 ? "" : " (and on " + others + " more)";
    String message = "on " + ended.worst().get() + more + ": " + worst.message().orElse("failed");
    return new Outcome(worst.status(), worst.reason(), Optional.of(message));
  }

  /**
   * No success as long as it has nodes that it has not reached, a gate that it has not passed, or
   * votes to wait for: a retry then goes on there.
   */
  static Outcome ofCancelled(Progress progress, Cancellation wanted) {
    Outcome ended = ofTask(progress);
    Plan plan = progress.plan();
    boolean done = plan.later().isEmpty() && plan.gate().isEmpty() && !plan.isAsking();
    return done || ended.status().stopsEvent() ? ended : wanted.outcome();
  }

  /** Of a task whose further batches were not opened: says so. */
  static Outcome stopped(Progress progress, Outcome outcome) {
    Plan plan = progress.plan();
    if (plan.later().isEmpty() || plan.isCancelling()) {
      return outcome;
    }
    String most = plan.head().batching().maxFailures().map(Share::toString).orElse("0");
    return new Outcome(
        outcome.status(),
        outcome.reason(),
        Optional.of(
            outcome.message().orElse("failed")
                + "; stopped "
                + plan.batch()
                    .map(batch -> "after " + batch)
                    .orElse("before the first of " + plan.later().size() + " batches")
                + " (max_failures "
                + most
                + "), "
                + notReached(plan.notReached().size())));
  }

  private static String notReached(int nodes) {
    return nodes == 1 ? "1 node not reached" : nodes + " nodes not reached";
  }

  /**
   * What a task has failed by, for a sentence about its event: {@code task 0 install on app-1: …},
   * {@code task 0 install: batch 2 of 3 was not well …}.
   */
  static String failure(PlannedTask task, Outcome outcome) {
    String why = outcome.message().orElse("failed");
    return task.title() + (why.startsWith("on ") ? " " : ": ") + why;
  }

  /** An event without a failed task: success if anything ran, skip if nothing did. */
  static Outcome ofEvent(Plan plan, Outcome lastTask, List<LeftOut> without) {
    PlannedTask task = plan.head();
    if (plan.failedBefore().isPresent()) {
      return goneOn(plan.failedBefore().get(), task, lastTask);
    }
    if (lastTask.status().stopsEvent()) {
      return new Outcome(
          lastTask.status(), lastTask.reason(), Optional.of(failure(task, lastTask)));
    }
    return plan.succeeded() || lastTask.status() == Status.SUCCESS
        ? Outcome.success()
        : Outcome.skip(
            Reason.NO_TARGET,
            !plan.hasLeftNodesOut() && without.isEmpty()
                ? "no node matches any of its tasks"
                : "no node that matches any of its tasks "
                    + plan.event()
                        .limit()
                        .map(limit -> "and is in its limit (" + limit + ") ")
                        .orElse("")
                    + "can take it");
  }

  /** What has failed first says how the event ends. */
  private static Outcome goneOn(FailedBefore first, PlannedTask task, Outcome lastTask) {
    String more =
        lastTask.status().stopsEvent()
            ? "; then " + failure(task, lastTask)
            : "; the event went on after it";
    Outcome failed = first.outcome();
    return new Outcome(
        failed.status(), failed.reason(), Optional.of(failed.message().orElse("failed") + more));
  }

  /**
   * @param out those that match, but cannot take it
   */
  static Outcome noTarget(PlannedTask task, Duration waited, List<LeftOut> out) {
    String message =
        (out.isEmpty()
                ? "no node matches " + task.filter()
                : "no node that matches " + task.filter() + " can take it")
            + " after "
            + waited.toSeconds()
            + " s"
            + (out.isEmpty() ? "" : ": " + LeftOut.reasons(out));
    return task.rollout().skippable()
        ? Outcome.skip(Reason.NO_TARGET, message)
        : new Outcome(Status.TIMEOUT, Optional.of(Reason.NO_TARGET), Optional.of(message));
  }

  /** There is nothing to wait for: the event's sender left its nodes out. */
  static Outcome beyondLimit(Selection selection) {
    return Outcome.skip(
        Reason.NO_TARGET,
        "no node that matches "
            + selection.task().filter()
            + " is in the event's limit ("
            + selection.limit().orElseThrow()
            + ")");
  }

  /** Of a target that does not take its task: fails it, or is left out for it. */
  static Outcome unreachable(PlannedTask task, Outcome why) {
    if (task.isUndo()) {
      return new Outcome(
          why.status(),
          why.reason(),
          why.message().map(it -> it.replace("or set `unreachable: skip`", "and retry")));
    }
    return task.rollout().skipUnreachable()
        ? Outcome.skip(Reason.UNREACHABLE, "left out: " + why.message().orElseThrow())
        : why;
  }

  static Outcome failedNode(String node) {
    return Outcome.error(
        Reason.UNREACHABLE, "node " + node + " matches, but Consul reports it as failed");
  }

  /**
   * @param busy why the agent there takes no task, if it says so
   */
  static Outcome noAgent(String node, Duration waited, Optional<String> busy) {
    return Outcome.error(
        Reason.UNREACHABLE,
        "node "
            + node
            + " matches, but no agent there takes the task within "
            + waited.toSeconds()
            + " s; "
            + busy.map(why -> "it says: " + why)
                .orElse("start metronome on it, or set `unreachable: skip`"));
  }

  /** A cancelled event ends so, whatever its head task came to. */
  static Outcome cancelled(Cancellation wanted, PlannedTask task, Outcome lastTask) {
    boolean own = lastTask.reason().filter(Reason.CANCELLED::equals).isPresent();
    String state = own ? "" : ", which ended as " + lastTask.status().word();
    return Outcome.error(
        Reason.CANCELLED, wanted.sentence() + " (at " + task.title() + state + ")");
  }

  static Outcome deaf(String node, Cancellation wanted, Duration most) {
    return Outcome.error(
        Reason.CANCELLED,
        wanted.sentence()
            + "; node "
            + node
            + " did not say within "
            + most.toSeconds()
            + " s that the task has ended there: it may still run");
  }

  static Outcome gone(Collection<String> nodes, PlannedTask task) {
    return Outcome.error(
        Reason.UNREACHABLE,
        "to be run again on "
            + String.join(", ", nodes)
            + ", which no longer matches "
            + task.filter()
            + "; retry --from "
            + task.no()
            + " runs it on all that match");
  }

  static Outcome lost(String node, PlannedTask task, Claim claim) {
    return Outcome.error(
        Reason.LOST,
        "the agent of node "
            + node
            + " vanished while it ran "
            + (task.isUndo() ? "the undo of " + task.task() : "the task")
            + " ("
            + claim.incarnation()
            + "); what it did until then is not known");
  }

  static Outcome overdue(String node, Duration most) {
    return Outcome.timeout(
        "node " + node + " had not ended the task " + most.toSeconds() + " s after it was opened");
  }
}
