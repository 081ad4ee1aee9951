package dev.metronome.view;

import dev.metronome.record.PlannedTask;
import dev.metronome.record.Reason;
import dev.metronome.record.TaskResult;
import dev.metronome.result.TaskState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One ordered entry of an event, with every node that has it to do.
 *
 * @param filter the nodes that it is for, in words; absent if that is not known any more
 */
public record TaskView(
    int no,
    String name,
    Optional<String> pattern,
    Optional<String> filter,
    State status,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt,
    Optional<Reason> reason,
    Optional<String> message,
    List<NodeRun> nodes) {

  public TaskView {
    nodes = List.copyOf(nodes);
  }

  /**
   * @param open how a task without a result stands
   */
  static TaskView of(TaskState task, State open) {
    Optional<TaskResult> result = task.result();
    return new TaskView(
        task.no(),
        task.name(),
        result.map(TaskResult::pattern).filter(name -> !name.isEmpty()),
        Optional.of(task.filter()).filter(text -> !text.isEmpty()),
        result.map(TaskResult::status).map(State::of).orElse(open),
        result.flatMap(TaskResult::startedAt),
        result.flatMap(TaskResult::finishedAt),
        result.flatMap(TaskResult::reason),
        result.flatMap(TaskResult::message),
        task.targets().stream().map(node -> run(task, node)).toList());
  }

  /** The head task of an event in progress. */
  static TaskView head(PlannedTask task, Optional<Instant> openedAt, List<NodeRun> nodes) {
    return new TaskView(
        task.no(),
        task.task(),
        Optional.of(task.pattern()),
        Optional.of(task.filter()),
        openedAt.isPresent() ? State.INPROGRESS : State.WAITING,
        openedAt,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        nodes);
  }

  private static NodeRun run(TaskState task, String node) {
    return task.on(node).map(NodeRun::of).orElseGet(() -> NodeRun.assigned(node, Optional.empty()));
  }

  /** The nodes on which it stands so. */
  public List<NodeRun> in(State state) {
    return nodes.stream().filter(run -> run.status() == state).toList();
  }

  /** The nodes on which it has failed. */
  public List<NodeRun> failures() {
    return nodes.stream().filter(run -> run.status().isFailure()).toList();
  }
}
