package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.TaskResult;
import dev.metronome.pipeline.queue.QueuedEvent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is done about one event, at once: it is dispatched, or moved on.
 *
 * @param queued the event as it was read, if it leaves its queue by it
 * @param progress as it was read, if the event was in progress before
 * @param plan as it will stand; absent if it is left alone or goes
 * @param change what is written with the plan, without it and without a fence
 * @param followers further transactions, sent when the first was done; a successor can redo them
 * @param finished what ends by it
 */
public record Move(
    Optional<QueuedEvent> queued,
    Optional<Progress> progress,
    Optional<Plan> plan,
    Transaction change,
    List<Transaction> followers,
    Finished finished) {

  /**
   * Results that say an end.
   *
   * @param batch of a task in batches the newest, alone
   * @param nodes how the task, or that batch, has ended on its nodes
   */
  public record Finished(
      Optional<TaskResult> task,
      Optional<TaskResult> batch,
      List<NodeResult> nodes,
      Optional<EventResult> event) {

    static final Finished NOTHING = event(Optional.empty());

    private static Finished event(Optional<EventResult> end) {
      return new Finished(Optional.empty(), Optional.empty(), List.of(), end);
    }
  }

  /** The event has tasks to run: it gets a plan, and its first task is opened by whoever opens. */
  // INVARIANT: promise 2, one plan per event: the event leaves its queue in the same transaction.
  static Move dispatch(Keys keys, QueuedEvent queued, Plan plan) {
    EventResult begun =
        EventResult.started(plan.event(), plan.startedAt())
            .planned(plan)
            .leavingOut(plan.leftOutBefore());
    return new Move(
        Optional.of(queued),
        Optional.empty(),
        Optional.of(plan),
        taken(keys, queued, begun),
        List.of(),
        Finished.NOTHING);
  }

  /** The event ends without running anything: nobody defines it, or the files disagree. */
  static Move reject(Keys keys, QueuedEvent queued, Outcome how, Instant at) {
    EventResult end = EventResult.ended(queued.event(), at, at, how);
    return new Move(
        Optional.of(queued),
        Optional.empty(),
        Optional.empty(),
        taken(keys, queued, end),
        List.of(),
        Finished.event(Optional.of(end)));
  }

  private static Transaction taken(Keys keys, QueuedEvent queued, EventResult result) {
    Transaction taken = new Transaction("dispatch").compareAndDelete(queued.key(), queued.index());
    queued.newer().ifPresent(newer -> taken.checkIndex(newer.key(), newer.index()));
    return taken
        .delete(keys.queued(queued.id()))
        .checkNotExists(keys.result(queued.id()))
        .set(keys.result(queued.id()), Json.write(result));
  }

  /** Writes some about the event in progress, whose plan stays as it is. */
  static Move within(Progress progress, List<Transaction> changes) {
    return new Move(
        Optional.empty(),
        Optional.of(progress),
        Optional.empty(),
        changes.get(0),
        changes.subList(1, changes.size()),
        Finished.NOTHING);
  }

  /** Nothing yet: it depends on the nodes that there are for the head task. */
  static Move looking(Progress progress) {
    return to(progress, progress.plan(), new Transaction(), Finished.NOTHING);
  }

  /** Nothing yet: it depends on how those are whose health the head task waits for. */
  static Move atGate(Progress progress) {
    return to(progress, progress.plan(), new Transaction(), Finished.NOTHING);
  }

  /** The event in progress has this plan from now on. */
  static Move to(Progress progress, Plan plan, Transaction change, Finished finished) {
    return new Move(
        Optional.empty(), Optional.of(progress), Optional.of(plan), change, List.of(), finished);
  }

  /** The next batch of the head task is open. */
  static Move batch(
      Progress progress,
      Plan plan,
      Transaction opening,
      List<Transaction> assignments,
      Optional<TaskResult> ended,
      List<NodeResult> nodes) {
    return new Move(
        Optional.empty(),
        Optional.of(progress),
        Optional.of(plan),
        opening,
        assignments,
        new Finished(Optional.empty(), ended, nodes, Optional.empty()));
  }

  /** The event in progress ends, and its plan goes. */
  static Move end(Progress progress, Transaction change, Finished finished) {
    return new Move(
        Optional.empty(), Optional.of(progress), Optional.empty(), change, List.of(), finished);
  }

  /** The same, with its head task open. */
  Move opened(Plan open, Transaction opening, List<Transaction> assignments) {
    Transaction both = new Transaction().and(change).and(opening);
    return new Move(queued, progress, Optional.of(open), both, assignments, finished);
  }

  /** The same, behind another step in one transaction. */
  Move after(Transaction step) {
    Transaction both = new Transaction().and(step).and(change);
    return new Move(queued, progress, plan, both, followers, finished);
  }

  String eventId() {
    return queued
        .map(QueuedEvent::id)
        .or(() -> progress.map(read -> read.plan().event().id()))
        .orElseThrow();
  }

  /** Whether the event leaves its queue by it. */
  public boolean isDispatch() {
    return queued.isPresent();
  }

  /** Whether it leaves the head task waiting for its nodes. */
  boolean isWaiting() {
    return plan.filter(standing -> !standing.isOpen()).isPresent();
  }

  /** Whether it writes nothing unless nodes are selected. */
  boolean isLooking() {
    return isWaiting() && change.isEmpty();
  }

  /** Whether it writes nothing unless it is known how those are whose health is waited for. */
  boolean isAtGate() {
    return plan.filter(Plan::isOpen).isPresent() && change.isEmpty();
  }

  /** Whether only what the open head task waits for at its gate is another by it. */
  boolean isOfGate() {
    return !isDispatch()
        && plan.flatMap(now -> progress.map(read -> isWithin(read.plan(), now))).orElse(false);
  }

  private static boolean isWithin(Plan before, Plan now) {
    return before.isOpen()
        && before.current() == now.current()
        && before.targets().size() == now.targets().size();
  }

  /** Whether what stands in its lane's slot is another by it. */
  boolean isStep() {
    return plan.filter(standing -> !isLooking() && !isAtGate()).isPresent() || isEnd();
  }

  /** The plan of which something begins by it: it is dispatched, or a task or batch is opened. */
  Optional<Plan> begun() {
    boolean opens = plan.filter(Plan::isOpen).isPresent() && isStep() && !isOfGate();
    return (isDispatch() && plan.isPresent()) || opens ? plan : Optional.empty();
  }

  /** The plan whose head task is an approval that is open by it. */
  Optional<Plan> wanted() {
    return plan.filter(Plan::isAsking).filter(asking -> isStep() && !isOfGate());
  }

  /** Whether an event that was in progress ends by it. */
  boolean isEnd() {
    return !isDispatch() && finished.event().isPresent();
  }
}
