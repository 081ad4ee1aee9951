package dev.metronome.demo;

import dev.metronome.state.EventView;
import dev.metronome.state.NodeRun;
import dev.metronome.state.TaskView;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the demo has shown.
 *
 * @param event how it ended
 * @param took from its acceptance to its end
 * @param runs every task on every node
 */
public record DemoReport(EventView event, Duration took, List<Run> runs) {

  public DemoReport {
    runs = runs.stream().sorted(Comparator.comparing(Run::startedAt)).toList();
  }

  /**
   * A task on a node.
   *
   * @param log what it said
   */
  public record Run(TaskView task, NodeRun run, String log) {

    Instant startedAt() {
      return run.startedAt().orElse(Instant.EPOCH);
    }
  }

  /** One object: event, tasks, nodes, and the runs in the order in which they began. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("consul", "embedded, in memory");
    json.put("durationMillis", took.toMillis());
    json.put("nodes", Demo.nodes());
    json.put("events", List.of(event));
    json.put("tasks", event.tasks().stream().map(DemoReport::json).toList());
    json.put("order", runs.stream().map(this::json).toList());
    return json;
  }

  private static Map<String, Object> json(TaskView task) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("no", task.no());
    json.put("name", task.name());
    json.put("status", task.status());
    json.put("nodes", task.targets().stream().map(NodeRun::node).toList());
    json.put("durationMillis", millis(task.startedAt(), task.finishedAt()));
    return json;
  }

  private Map<String, Object> json(Run run) {
    Optional<Instant> began = event.event().startedAt();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("no", run.task().no());
    json.put("task", run.task().name());
    json.put("node", run.run().node());
    json.put("status", run.run().status());
    json.put("startedMillis", millis(began, run.run().startedAt()));
    json.put("finishedMillis", millis(began, run.run().finishedAt()));
    return json;
  }

  private static Long millis(Optional<Instant> from, Optional<Instant> to) {
    return from.isEmpty() || to.isEmpty()
        ? null
        : Duration.between(from.get(), to.get()).toMillis();
  }
}
