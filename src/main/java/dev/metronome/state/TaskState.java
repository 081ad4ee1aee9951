package dev.metronome.state;

import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.TaskResult;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * How one task of an event stands.
 *
 * @param no place in the event
 * @param name the task's name
 * @param filter the nodes that it is for, in words; empty if only its result is known
 * @param result absent while the task waits for its turn, and if the event ended before it
 * @param nodes by name of the node; a target that has not taken the task is missing
 */
public record TaskState(
    int no, String name, String filter, Optional<TaskResult> result, List<NodeResult> nodes) {

  public TaskState {
    nodes = List.copyOf(nodes);
  }

  public boolean isFinal() {
    return result.filter(task -> task.status().isFinal()).isPresent();
  }

  /** Every node that has it to do or has done it, by name. */
  public List<String> targets() {
    TreeSet<String> targets = new TreeSet<>();
    result.ifPresent(task -> targets.addAll(task.targets()));
    nodes.forEach(node -> targets.add(node.node()));
    return List.copyOf(targets);
  }

  /** How it stands there; absent if that node has not taken it. */
  public Optional<NodeResult> on(String node) {
    return nodes.stream().filter(result -> result.node().equals(node)).findFirst();
  }

  /** The nodes on which it ended as an error or a timeout. */
  public List<NodeResult> failures() {
    return nodes.stream().filter(node -> node.status().stopsEvent()).toList();
  }
}
