package dev.metronome.record;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * An item of a node's queue: one task that this node must run. It names the task; what the task
 * does stands in the node's own task files.
 *
 * @param cancelled that it is to end now, or not to begin
 */
public record Assignment(
    int format,
    Event event,
    PlannedTask task,
    Instant assignedAt,
    Optional<Cancellation> cancelled) {

  public Assignment {
    Objects.requireNonNull(event, "Event");
    Objects.requireNonNull(task, "Task");
    cancelled = cancelled == null ? Optional.empty() : cancelled;
  }

  public static Assignment of(Event event, PlannedTask task, Instant at) {
    return new Assignment(Format.CURRENT, event, task, at, Optional.empty());
  }

  /** The same, to end now. */
  public Assignment cancel(Cancellation wanted) {
    return new Assignment(format, event, task, assignedAt, Optional.of(wanted));
  }
}
