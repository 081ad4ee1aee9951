package dev.metronome.model.schedule;

import dev.metronome.model.record.Approval;
import dev.metronome.model.record.Batching;
import dev.metronome.model.record.Share;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * One step of an event in one pattern: which task, on which nodes.
 *
 * @param task name of a task of the same pattern, which may not have it
 * @param filter absent: every node
 * @param runOn on how many of the nodes; absent: on all
 * @param holder the key whose holder it runs on
 * @param batching in which batches
 * @param skippable the step's own value; absent: the configuration's
 * @param drain how long its service is out of traffic before the operations begin; absent: it stays
 * @param unreachable the step's own value; absent: the task's
 * @param onError whether the event goes on when the task has failed
 * @param approval what somebody must agree to; such a step has no task
 */
public record OrderedTask(
    String task,
    Optional<Filter> filter,
    Optional<Share> runOn,
    Optional<String> holder,
    Batching batching,
    Optional<Boolean> skippable,
    Optional<Unreachable> unreachable,
    Optional<Duration> drain,
    OnError onError,
    Optional<Approval> approval,
    Position position) {
  public OrderedTask {
    Objects.requireNonNull(task, "task");
    Objects.requireNonNull(filter, "filter");
    Objects.requireNonNull(runOn, "runOn");
    Objects.requireNonNull(holder, "holder");
    Objects.requireNonNull(batching, "batching");
    Objects.requireNonNull(skippable, "skippable");
    Objects.requireNonNull(unreachable, "unreachable");
    Objects.requireNonNull(drain, "drain");
    Objects.requireNonNull(onError, "onError");
    Objects.requireNonNull(approval, "approval");
    Objects.requireNonNull(position, "position");
  }

  /** On every node, and at once. */
  static OrderedTask everywhere(String task, Position position) {
    return of(task, Optional.empty(), position);
  }

  /** Nothing runs: somebody is asked. */
  static OrderedTask asking(Approval approval, Position position) {
    return of(Approval.STEP, Optional.of(approval), position);
  }

  private static OrderedTask of(String task, Optional<Approval> approval, Position position) {
    return new OrderedTask(
        task,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Batching.NONE,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OnError.STOP,
        approval,
        position);
  }

  /** Whether it runs a task of this name. */
  boolean runs(String name) {
    return approval.isEmpty() && task.equals(name);
  }
}
