package dev.metronome.model.record;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * An item of a node's queue: one task that this node must run. It names the task; what the task
 * does stands in the node's own task files.
 *
 * @param cancelled that it is to end now, or not to begin
 * @param traceparent of the task's span; absent unless the leader traces
 */
public record Assignment(
    int format,
    Event event,
    PlannedTask task,
    Instant assignedAt,
    Optional<Cancellation> cancelled,
    Optional<String> traceparent) {

  public Assignment {
    Objects.requireNonNull(event, "Event");
    Objects.requireNonNull(task, "Task");
    cancelled = cancelled == null ? Optional.empty() : cancelled;
    traceparent = traceparent == null ? Optional.empty() : traceparent;
  }

  public static Assignment of(Event event, PlannedTask task, Instant at) {
    return new Assignment(Format.CURRENT, event, task, at, Optional.empty(), Optional.empty());
  }

  /** The head task of a plan, for one of its targets. */
  public static Assignment of(Plan plan, Instant at) {
    Optional<String> place = plan.place().map(TraceParent::text);
    return new Assignment(Format.CURRENT, plan.event(), plan.head(), at, Optional.empty(), place);
  }

  /** The same, to end now. */
  public Assignment cancel(Cancellation wanted) {
    return new Assignment(format, event, task, assignedAt, Optional.of(wanted), traceparent);
  }

  /** Which task of which event. */
  public String taskId() {
    return TaskId.of(event.id(), task.no());
  }

  /** What its run continues: the task's span, else whatever the event's sender had. */
  public Optional<TraceParent> trace() {
    return traceparent.or(event::traceparent).flatMap(TraceParent::read);
  }
}
