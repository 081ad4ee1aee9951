package dev.metronome.model.record;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * What stands in a slot of a node's queue: one task that this node must run. It names the task;
 * what the task does stands in the node's own task files.
 *
 * @param epoch that its claim stands in
 * @param cancelled that it is to end now, or not to begin
 * @param traceparent of the task's span; absent unless the leader traces
 */
public record Assignment(
    int format,
    Event event,
    PlannedTask task,
    Instant assignedAt,
    long epoch,
    Optional<Cancellation> cancelled,
    Optional<String> traceparent) {

  public Assignment {
    Objects.requireNonNull(event, "Event");
    Objects.requireNonNull(task, "Task");
    cancelled = cancelled == null ? Optional.empty() : cancelled;
    traceparent = traceparent == null ? Optional.empty() : traceparent;
  }

  public static Assignment of(Event event, PlannedTask task, long epoch, Instant at) {
    return new Assignment(format(task), event, task, at, epoch, Optional.empty(), Optional.empty());
  }

  private static int format(PlannedTask task) {
    return task.isUndo() ? Format.ROLLOUT : Format.CURRENT;
  }

  /** The head task of a plan, for one of its targets. */
  public static Assignment of(Plan plan, Instant at) {
    Optional<String> place = plan.place().map(TraceParent::text);
    return new Assignment(
        format(plan.head()), plan.event(), plan.head(), at, plan.epoch(), Optional.empty(), place);
  }

  /** The same, to end now. */
  public Assignment cancel(Cancellation wanted) {
    return new Assignment(format, event, task, assignedAt, epoch, Optional.of(wanted), traceparent);
  }

  /** The lane whose slot it stands in. */
  public String lane() {
    return Keys.COMMON_LANE;
  }

  /** Which task of which event. */
  public String taskId() {
    return TaskId.of(event.id(), task.no());
  }

  /**
   * Whether this very task is what stands in a slot.
   *
   * @param key the slot's
   */
  public boolean isIn(String key, byte[] slot) {
    return slot.length > 0
        && Json.readable(key, slot, Assignment.class)
            .filter(there -> there.taskId().equals(taskId()))
            .isPresent();
  }

  /** What its run continues: the task's span, else whatever the event's sender had. */
  public Optional<TraceParent> trace() {
    return traceparent.or(event::traceparent).flatMap(TraceParent::read);
  }
}
