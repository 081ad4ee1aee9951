package dev.metronome.model.schedule;

import java.util.Objects;
import java.util.Optional;

/**
 * One task of an event, counted through all patterns.
 *
 * @param no its place, from 0
 * @param pattern name of the pattern that it comes from
 * @param step its filter and its own settings
 * @param task what to run
 */
public record ScheduledTask(int no, String pattern, OrderedTask step, TaskDefinition task) {
  public ScheduledTask {
    Objects.requireNonNull(pattern, "pattern");
    Objects.requireNonNull(step, "step");
    Objects.requireNonNull(task, "task");
    if (no < 0) {
      throw new IllegalArgumentException("no " + no + " is negative");
    }
  }

  /** The task's name. */
  public String name() {
    return task.name();
  }

  /** The nodes that it is for; absent: every node. */
  public Optional<Filter> filter() {
    return step.filter();
  }

  /** The step's own value, else the task's. */
  public Unreachable unreachable() {
    return step.unreachable().orElse(task.unreachable());
  }
}
