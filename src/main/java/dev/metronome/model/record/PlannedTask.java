package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.Objects;
import java.util.Optional;

/**
 * One ordered entry of a plan.
 *
 * @param no place in the event, from 0 through all patterns
 * @param pattern the pattern that defines the task
 * @param task the task's name in that pattern
 * @param part absent for one of the ordered tasks
 * @param undoes NO of the task that it takes back, if it does
 * @param approval what somebody must agree to; of such a step nothing runs on any node
 */
public record PlannedTask(
    int no,
    String pattern,
    String task,
    Optional<Part> part,
    Optional<Integer> undoes,
    @JsonUnwrapped NodeSelector nodes,
    @JsonUnwrapped Rollout rollout,
    @JsonUnwrapped Batching batching,
    Optional<Approval> approval) {

  public PlannedTask {
    part = part == null ? Optional.empty() : part;
    undoes = undoes == null ? Optional.empty() : undoes;
    batching = batching == null ? Batching.NONE : batching;
    approval = approval == null ? Optional.empty() : approval;
    Objects.requireNonNull(pattern, "Pattern");
    Objects.requireNonNull(task, "Task");
  }

  /** One that runs on nodes. */
  public PlannedTask(
      int no,
      String pattern,
      String task,
      Optional<Part> part,
      Optional<Integer> undoes,
      NodeSelector nodes,
      Rollout rollout,
      Batching batching) {
    this(no, pattern, task, part, undoes, nodes, rollout, batching, Optional.empty());
  }

  /** One of the ordered tasks. */
  public PlannedTask(
      int no, String pattern, String task, NodeSelector nodes, Rollout rollout, Batching batching) {
    this(no, pattern, task, Optional.empty(), Optional.empty(), nodes, rollout, batching);
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
    return new PlannedTask(
        no, pattern, task, part, undoes, nodes, rollout.undrained(), batching, approval);
  }

  /** Whether a leader that does not know all that stands here would do more than it may. */
  @JsonIgnore
  public boolean isRollout() {
    return part.isPresent() || !batching.equals(Batching.NONE);
  }

  /** Whether nothing runs by it: somebody is asked. */
  @JsonIgnore
  public boolean isApproval() {
    return approval.isPresent();
  }

  /** Whether it takes back another. */
  @JsonIgnore
  public boolean isUndo() {
    return part.filter(Part.UNDO::equals).isPresent();
  }

  /** Whether it runs at the end, whatever came. */
  @JsonIgnore
  public boolean isFinally() {
    return part.filter(Part.FINALLY::equals).isPresent();
  }

  /** For people: {@code task 2 install}, {@code task 4 undo of install}. */
  public String title() {
    return "task " + no + " " + Part.words(part, task);
  }

  /** Whether a node that cannot take it is left out, rather than failing it or being awaited. */
  public boolean leavesOut() {
    return rollout.skipUnreachable() || service().isEmpty();
  }

  /**
   * The filter for people: {@code service tag}, {@code service}, or {@code every node}; of an undo
   * {@code those of task 0}; of an approval who is asked, {@code approval by ops}.
   */
  public String filter() {
    if (isApproval()) {
      return "approval by " + approval.get().voters();
    }
    return undoes.map(no -> "those of task " + no).orElseGet(nodes::toString);
  }
}
