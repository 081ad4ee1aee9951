package dev.metronome.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.metronome.model.record.AskedApproval;
import dev.metronome.model.record.BatchPlace;
import dev.metronome.model.record.EndedGate;
import dev.metronome.model.record.GateState;
import dev.metronome.model.record.GateWait;
import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Part;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.TaskResult;
import dev.metronome.model.record.Voting;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One ordered entry of an event, with every node that has it to do.
 *
 * @param filter the nodes that it is for, in words; absent if that is not known any more
 * @param nodes also those that it leaves out, as skipped
 * @param batch the newest that was opened; absent if all its nodes run it at once
 * @param gate that it waits for its nodes to be well; absent otherwise
 * @param gates the newest that it has waited at, the last one last
 * @param leftOut on how many it is run, and who is left out: {@code 2 of 3; app-1 left out: no
 *     agent}
 * @param part absent for one of the event's ordered tasks
 * @param undoes NO of the task that it takes back, if it does
 * @param approval who is asked, and has voted; absent unless it is an approval
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
    Optional<BatchPlace> batch,
    Optional<GateWait> gate,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<EndedGate> gates,
    Optional<String> leftOut,
    Optional<Part> part,
    Optional<Integer> undoes,
    Optional<AskedApproval> approval) {

  public TaskView {
    nodes = List.copyOf(nodes);
  }

  /**
   * By its result.
   *
   * @param filter as the plan has it, if that is known
   * @param on what is known of its nodes
   */
  public static TaskView of(TaskResult task, Optional<String> filter, Collection<NodeResult> on) {
    return new TaskView(
        task.no(),
        task.name(),
        Optional.of(task.pattern()).filter(name -> !name.isEmpty()),
        filter,
        State.of(task.status()),
        task.startedAt(),
        task.finishedAt(),
        task.reason(),
        task.message(),
        inBatches(runs(task, on), task.batch(), task.targets()),
        task.batch(),
        task.gate(),
        task.gates(),
        task.coverage(),
        task.part(),
        task.undoes(),
        task.approval());
  }

  private static List<NodeRun> inBatches(
      List<NodeRun> runs, Optional<BatchPlace> batch, List<String> targets) {
    Map<String, Integer> places = batch.map(place -> place.numbers(targets)).orElse(Map.of());
    return runs.stream().map(run -> run.in(Optional.ofNullable(places.get(run.node())))).toList();
  }

  /** Targets by name, then those that are left out. */
  private static List<NodeRun> runs(TaskResult task, Collection<NodeResult> on) {
    SortedMap<String, NodeRun> targets = new TreeMap<>();
    task.targets().forEach(node -> targets.put(node, unknown(node, task)));
    on.forEach(result -> targets.put(result.node(), NodeRun.of(result)));
    List<NodeRun> all = new ArrayList<>(targets.values());
    task.leftOut().stream()
        .filter(out -> !targets.containsKey(out.node()))
        .forEach(out -> all.add(NodeRun.of(out)));
    return all;
  }

  /**
   * On a target that has no result: it has not taken the task yet. Of a task that has ended without
   * being opened only the first of its nodes have results.
   */
  private static NodeRun unknown(String node, TaskResult task) {
    boolean unreachable = task.reason().filter(Reason.UNREACHABLE::equals).isPresent();
    return task.status().isFinal() && unreachable
        ? NodeRun.of(node, task)
        : NodeRun.assigned(node, Optional.empty());
  }

  /** By the plan alone: it has no result. */
  public static TaskView of(PlannedTask task, State status) {
    return planned(
        task,
        status,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The head task of an event in progress. */
  static TaskView head(Plan plan, List<NodeRun> nodes) {
    List<NodeRun> all = new ArrayList<>(nodes);
    plan.leftOut().forEach(out -> all.add(NodeRun.of(out)));
    return planned(
        plan.head(),
        plan.openedAt().isPresent() ? State.INPROGRESS : State.WAITING,
        plan.openedAt(),
        inBatches(all, plan.batch(), plan.targets()),
        plan.batch(),
        plan.gate(),
        LeftOut.sentence(plan.targets(), plan.leftOut()),
        plan.voting());
  }

  private static TaskView planned(
      PlannedTask task,
      State status,
      Optional<Instant> openedAt,
      List<NodeRun> nodes,
      Optional<BatchPlace> batch,
      Optional<GateState> gate,
      Optional<String> leftOut,
      Optional<Voting> voting) {
    return new TaskView(
        task.no(),
        task.task(),
        Optional.of(task.pattern()),
        Optional.of(task.filter()),
        status,
        openedAt,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        nodes,
        batch,
        gate.flatMap(GateState::waiting),
        gate.map(GateState::ended).orElse(List.of()),
        leftOut,
        task.part(),
        task.undoes(),
        AskedApproval.of(task, voting));
  }

  /** For people: {@code 2 install}, {@code 4 undo of install}, {@code 5 finally unlock}. */
  public String title() {
    return no + " " + Part.words(part, name);
  }

  /** Whether it was opened and has ended; a task that was dropped has not. */
  public boolean hasEnded() {
    return status.isFinal() && status != State.DROPPED;
  }

  /** The nodes that have it to do or have done it: without those that it leaves out. */
  public List<NodeRun> targets() {
    return nodes.stream().filter(run -> !run.wasLeftOut()).toList();
  }

  /** The nodes on which it stands so. */
  public List<NodeRun> in(State state) {
    return nodes.stream().filter(run -> run.status() == state).toList();
  }

  /** The nodes on which it has failed. */
  public List<NodeRun> failures() {
    return nodes.stream().filter(run -> run.status().isFailure()).toList();
  }

  /** Why it stands so, for people; empty if there is nothing to say. */
  public Optional<String> why() {
    return message.or(() -> reason.map(Reason::word));
  }
}
