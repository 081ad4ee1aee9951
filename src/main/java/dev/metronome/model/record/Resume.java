package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;

/**
 * That an event goes on where an earlier one failed. Numbers of tasks stay those of the whole
 * event, so that the results of both can be laid side by side.
 *
 * @param of ID of the earlier event
 * @param from NO of the first task to run
 * @param pattern of that task in the earlier event
 * @param task its name there
 * @param nodes the only nodes that run that task; none means every node that matches, unless some
 *     are only to be well
 * @param healthy nodes on which it had succeeded and that must be well before any runs it: the
 *     batch whose gate has not been passed
 */
public record Resume(
    String of,
    int from,
    String pattern,
    String task,
    List<String> nodes,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> healthy) {
  public Resume {
    Objects.requireNonNull(of, "Of");
    Objects.requireNonNull(pattern, "Pattern");
    Objects.requireNonNull(task, "Task");
    nodes = nodes == null ? List.of() : List.copyOf(nodes);
    healthy = healthy == null ? List.of() : List.copyOf(healthy);
  }

  /** Without a gate to pass first. */
  public Resume(String of, int from, String pattern, String task, List<String> nodes) {
    this(of, from, pattern, task, nodes, List.of());
  }

  /** Whether an event now has that task at that place. */
  public boolean fits(List<PlannedTask> tasks) {
    return from >= 0
        && from < tasks.size()
        && tasks.get(from).pattern().equals(pattern)
        && tasks.get(from).task().equals(task);
  }
}
