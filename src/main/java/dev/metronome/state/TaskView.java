package dev.metronome.state;

import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.TaskResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One ordered entry of an event, with every node that has it to do.
 *
 * @param filter the nodes that it is for, in words; absent if that is not known any more
 * @param nodes also those that it leaves out, as skipped
 * @param leftOut on how many it is run, and who is left out: {@code 2 of 3; app-1 left out: no
 *     agent}
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
    List<NodeRun> nodes,
    Optional<String> leftOut) {

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
        runs(task),
        result.flatMap(TaskResult::coverage));
  }

  private static List<NodeRun> runs(TaskState task) {
    List<String> targets = task.targets();
    List<NodeRun> all = new ArrayList<>(targets.stream().map(node -> run(task, node)).toList());
    task.result().map(TaskResult::leftOut).orElse(List.of()).stream()
        .filter(out -> !targets.contains(out.node()))
        .forEach(out -> all.add(NodeRun.of(out)));
    return all;
  }

  /** The head task of an event in progress. */
  static TaskView head(Plan plan, List<NodeRun> nodes) {
    PlannedTask task = plan.head();
    Optional<Instant> openedAt = plan.openedAt();
    List<NodeRun> all = new ArrayList<>(nodes);
    plan.leftOut().forEach(out -> all.add(NodeRun.of(out)));
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
        all,
        LeftOut.sentence(plan.targets(), plan.leftOut()));
  }

  private static NodeRun run(TaskState task, String node) {
    return task.on(node)
        .map(NodeRun::of)
        .or(() -> task.result().filter(TaskView::isUnreachable).map(it -> NodeRun.of(node, it)))
        .orElseGet(() -> NodeRun.assigned(node, Optional.empty()));
  }

  /** It has ended without being opened: only the first of its nodes have results. */
  private static boolean isUnreachable(TaskResult task) {
    return task.status().isFinal() && task.reason().filter(Reason.UNREACHABLE::equals).isPresent();
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
