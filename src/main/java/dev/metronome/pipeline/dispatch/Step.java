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
    Optional<Planned> next) {

  static Step none(String fence, String eventId) {
    return new Step(
        fence,
        eventId,
        new Transaction(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty());
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

  /** Whether there is anything to do. */
  public boolean isDue() {
    return !change.isEmpty() || next.isPresent();
  }

  /** Whether the event in progress ends by it, so that the next one can begin with it. */
  public boolean isEnd() {
    return finishedEvent.isPresent();
  }

  /** The same, dispatching the next event too. */
  public Step then(Planned event) {
    return new Step(
        fence,
        eventId,
        change,
        followers,
        planAfter,
        finishedTask,
        finishedNodes,
        finishedEvent,
        Optional.of(event));
  }

  Step withoutNext() {
    return new Step(
        fence,
        eventId,
        change,
        followers,
        planAfter,
        finishedTask,
        finishedNodes,
        finishedEvent,
        Optional.empty());
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
