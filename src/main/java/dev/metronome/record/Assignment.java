package dev.metronome.record;

import java.time.Instant;
import java.util.Objects;

/**
 * An item of a node's queue: one task that this node must run. It names the task; what the task
 * does stands in the node's own task files.
 */
public record Assignment(int format, Event event, PlannedTask task, Instant assignedAt) {

  public Assignment {
    Objects.requireNonNull(event, "Event");
    Objects.requireNonNull(task, "Task");
  }

  public static Assignment of(Event event, PlannedTask task, Instant at) {
    return new Assignment(Format.CURRENT, event, task, at);
  }
}
