package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * {@code results/EVENT_ID/NO}: how a task stands. The outside world reads it.
 *
 * @param pattern empty if the original wrote it
 * @param targets none if the original wrote it
 * @param batch the newest that was opened; absent if all its nodes ran it at once
 * @param gate that it waits for its nodes to be well; absent otherwise
 * @param gates the newest that it has waited at, the last one last
 * @param leftOut the nodes that it was for and that did not run it
 * @param part absent for one of the event's ordered tasks
 * @param undoes NO of the task that it takes back, if it does
 * @param approval who is asked, and has voted; absent unless it is an approval
 */
public record TaskResult(
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) int format,
    @JsonProperty("EventID") String eventId,
    int no,
    String name,
    Status status,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt,
    Optional<Reason> reason,
    Optional<String> message,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String pattern,
    List<String> targets,
    Optional<BatchPlace> batch,
    Optional<GateWait> gate,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<EndedGate> gates,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<LeftOut> leftOut,
    Optional<Part> part,
    Optional<Integer> undoes,
    Optional<AskedApproval> approval)
    implements Result {

  public TaskResult {
    Objects.requireNonNull(eventId, "EventID");
    Objects.requireNonNull(name, "Name");
    Objects.requireNonNull(status, "Status");
    pattern = pattern == null ? "" : pattern;
    targets = targets == null ? List.of() : List.copyOf(targets);
    batch = batch == null ? Optional.empty() : batch;
    gate = gate == null ? Optional.empty() : gate;
    gates = gates == null ? List.of() : List.copyOf(gates);
    leftOut = leftOut == null ? List.of() : LeftOut.bounded(leftOut);
    part = part == null ? Optional.empty() : part;
    undoes = undoes == null ? Optional.empty() : undoes;
    approval = approval == null ? Optional.empty() : approval;
  }

  public static TaskResult opened(Plan plan) {
    return of(
        plan,
        Status.INPROGRESS,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        plan.leftOut());
  }

  public static TaskResult ended(Plan plan, Instant at, Outcome how) {
    return ended(plan, at, how, plan.leftOut());
  }

  /** The same, with those that it has left out in the end. */
  public static TaskResult ended(Plan plan, Instant at, Outcome how, List<LeftOut> without) {
    return of(plan, how.status(), Optional.of(at), how.reason(), how.message(), without);
  }

  /** The newest batch alone, which has ended: for hooks and meters, it stands nowhere in Consul. */
  public static TaskResult endedBatch(Plan plan, Instant at, Outcome how) {
    TaskResult task =
        of(plan, how.status(), Optional.of(at), how.reason(), how.message(), List.of());
    return new TaskResult(
        task.format,
        task.eventId,
        task.no,
        task.name,
        task.status,
        plan.batch().flatMap(BatchPlace::openedAt),
        task.finishedAt,
        task.reason,
        task.message,
        task.pattern,
        plan.newestBatch(),
        task.batch,
        Optional.empty(),
        List.of(),
        List.of(),
        task.part,
        task.undoes,
        Optional.empty());
  }

  /** {@code 2 of 3; app-1 left out: no agent}; empty if nobody was. */
  public Optional<String> coverage() {
    return LeftOut.sentence(targets, leftOut);
  }

  private static TaskResult of(
      Plan plan,
      Status status,
      Optional<Instant> finished,
      Optional<Reason> reason,
      Optional<String> message,
      List<LeftOut> without) {
    PlannedTask task = plan.head();
    return new TaskResult(
        Format.of(reason),
        plan.event().id(),
        task.no(),
        task.task(),
        status,
        plan.openedAt(),
        finished,
        reason,
        message,
        task.pattern(),
        plan.targets(),
        plan.batch(),
        finished.isPresent() ? Optional.empty() : plan.gate().flatMap(GateState::waiting),
        plan.gate().map(GateState::ended).orElse(List.of()),
        without,
        task.part(),
        task.undoes(),
        AskedApproval.of(task, plan.voting()));
  }
}
