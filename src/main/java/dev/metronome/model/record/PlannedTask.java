package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.Objects;
import java.util.Optional;

/**
 * One ordered entry of a plan.
 *
 * @param no place in the event, from 0 through all patterns
 * @param pattern the pattern that defines the task
 * @param task the task's name in that pattern
 */
public record PlannedTask(
    int no,
    String pattern,
    String task,
    @JsonUnwrapped NodeSelector nodes,
    @JsonUnwrapped Rollout rollout,
    @JsonUnwrapped Batching batching) {

  public PlannedTask {
    batching = batching == null ? Batching.NONE : batching;
    Objects.requireNonNull(pattern, "Pattern");
    Objects.requireNonNull(task, "Task");
  }

  /** On all its nodes at once. */
  public PlannedTask(int no, String pattern, String task, NodeSelector nodes, Rollout rollout) {
    this(no, pattern, task, nodes, rollout, Batching.NONE);
  }

  /** The service that a target must have; absent means every node with a live agent. */
  public Optional<String> service() {
    return nodes.service();
  }

  /** The same, with its service in traffic meanwhile. */
  public PlannedTask undrained() {
    return new PlannedTask(no, pattern, task, nodes, rollout.undrained());
  }

  /** Whether a node that cannot take it is left out, rather than failing it or being awaited. */
  public boolean leavesOut() {
    return rollout.skipUnreachable() || service().isEmpty();
  }

  /** The filter for people: {@code service tag}, {@code service}, or {@code every node}. */
  public String filter() {
    return nodes.toString();
  }
}
