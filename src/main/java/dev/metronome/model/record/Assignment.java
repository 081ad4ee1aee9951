package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
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
 * @param ownSlot of the plan; absent if that is the common lane's
 */
public record Assignment(
    int format,
    Event event,
    PlannedTask task,
    Instant assignedAt,
    long epoch,
    Optional<Cancellation> cancelled,
    Optional<String> traceparent,
    @JsonProperty("Slot") Optional<String> ownSlot) {

  public Assignment {
    Objects.requireNonNull(event, "Event");
    Objects.requireNonNull(task, "Task");
    cancelled = cancelled == null ? Optional.empty() : cancelled;
    traceparent = traceparent == null ? Optional.empty() : traceparent;
    ownSlot = ownSlot == null ? Optional.empty() : ownSlot;
  }

  /** One of the common lane. */
  public static Assignment of(Event event, PlannedTask task, long epoch, Instant at) {
    return new Assignment(
        format(task, Optional.empty()),
        event,
        task,
        at,
        epoch,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static int format(PlannedTask task, Optional<String> slot) {
    return slot.isPresent() ? Format.TRAFFIC : task.isUndo() ? Format.ROLLOUT : Format.CURRENT;
  }

  /** The head task of a plan, for one of its targets. */
  public static Assignment of(Plan plan, Instant at) {
    return new Assignment(
        format(plan.head(), plan.ownSlot()),
        plan.event(),
        plan.head(),
        at,
        plan.epoch(),
        Optional.empty(),
        plan.place().map(TraceParent::text),
        plan.ownSlot());
  }

  /** The same, to end now. */
  public Assignment cancel(Cancellation wanted) {
    return new Assignment(
        format, event, task, assignedAt, epoch, Optional.of(wanted), traceparent, ownSlot);
  }

  /** The slot of the plan, and that of this node's queue where it stands. */
  @JsonIgnore
  public String slot() {
    return ownSlot.orElse(Keys.COMMON_LANE);
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
