package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.TaskResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the leader does next: a transaction and what follows from it.
 *
 * @param fence the session that its transactions check
 * @param eventId the event in progress that it is about
 * @param change the decisive transaction, without its fence
 * @param followers further ones, sent when the first was done; a successor can redo them
 * @param planAfter the plan as it will stand, if it stays and changes
 * @param finishedTask the task that ends by it
 * @param finishedNodes how that task has ended on its nodes
 * @param finishedEvent the event that ends by it
 * @param next the event that is dispatched by it
 * @param waiting the head task that it opens too, once nodes are selected for it
 */
public record Step(
    String fence,
    String eventId,
    Transaction change,
    List<Transaction> followers,
    Optional<Plan> planAfter,
    Optional<TaskResult> finishedTask,
    List<NodeResult> finishedNodes,
    Optional<EventResult> finishedEvent,
    Optional<Planned> next,
    Optional<WaitingTask> waiting)
    implements OpensTask {

  /** One that opens nothing, or has its nodes. */
  public Step(
      String fence,
      String eventId,
      Transaction change,
      List<Transaction> followers,
      Optional<Plan> planAfter,
      Optional<TaskResult> finishedTask,
      List<NodeResult> finishedNodes,
      Optional<EventResult> finishedEvent,
      Optional<Planned> next) {
    this(
        fence,
        eventId,
        change,
        followers,
        planAfter,
        finishedTask,
        finishedNodes,
        finishedEvent,
        next,
        Optional.empty());
  }

  static Step none(String fence, String eventId) {
    return of(fence, eventId, List.of(new Transaction()));
  }

  /** Writes some, without moving the plan on. */
  static Step of(String fence, String eventId, List<Transaction> changes) {
    return new Step(
        fence,
        eventId,
        changes.get(0),
        changes.subList(1, changes.size()),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  /** Nothing yet: it depends on the nodes that there are for the head task. */
  static Step looking(Progress progress) {
    return none(progress.fence(), progress.plan().event().id())
        .waiting(new WaitingTask(progress, progress.plan(), new Transaction()));
  }

  /** Whether it writes nothing unless nodes are selected. */
  boolean isLooking() {
    return waiting.isPresent() && change.isEmpty();
  }

  /** The same, opening this task too once it has its nodes. */
  Step waiting(WaitingTask task) {
    return new Step(
        fence,
        eventId,
        change,
        followers,
        planAfter,
        finishedTask,
        finishedNodes,
        finishedEvent,
        next,
        Optional.of(task));
  }

  /** The same, opening nothing of its own. */
  Step settled() {
    return new Step(
        fence,
        eventId,
        change,
        followers,
        planAfter,
        finishedTask,
        finishedNodes,
        finishedEvent,
        next);
  }

  @Override
  public Optional<Plan> waitingPlan() {
    return waiting.map(WaitingTask::plan).or(() -> next.flatMap(Planned::waitingPlan));
  }

  /** Whether there is anything to do. */
  public boolean isDue() {
    return !change.isEmpty() || next.isPresent() || waiting.isPresent();
  }

  /** Whether the event in progress ends by it, so that the next one can begin with it. */
  public boolean isEnd() {
    return finishedEvent.isPresent();
  }

  /** The same, dispatching the next event too. */
  public Step then(Planned event) {
    return next(Optional.of(event));
  }

  Step withoutNext() {
    return next(Optional.empty());
  }

  private Step next(Optional<Planned> event) {
    return new Step(
        fence,
        eventId,
        change,
        followers,
        planAfter,
        finishedTask,
        finishedNodes,
        finishedEvent,
        event,
        waiting);
  }

  /** Results of tasks that ended by it, as maps with the fields of their JSON: for the hooks. */
  public List<Map<String, Object>> finishedTasks() {
    return finishedTask.stream().map(Json::fields).toList();
  }

  /** Results of events that ended by it, rejected ones included: for the hooks. */
  public List<Map<String, Object>> finishedEvents() {
    return Stream.concat(finishedEvent.stream(), next.flatMap(Step::rejected).stream())
        .map(Json::fields)
        .toList();
  }

  private static Optional<EventResult> rejected(Planned planned) {
    return planned instanceof Planned.Rejection no ? Optional.of(no.result()) : Optional.empty();
  }
}
