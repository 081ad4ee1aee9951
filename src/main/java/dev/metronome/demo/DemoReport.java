package dev.metronome.demo;

import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.TaskResult;
import dev.metronome.state.EventState;
import dev.metronome.state.EventView;
import dev.metronome.state.TaskState;
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
public record DemoReport(EventState event, Duration took, List<Run> runs) {

  public DemoReport {
    runs = runs.stream().sorted(Comparator.comparing(Run::startedAt)).toList();
  }

  /**
   * A task on a node.
   *
   * @param log what it said
   */
  public record Run(String task, NodeResult result, String log) {

    Instant startedAt() {
      return result.startedAt().orElse(Instant.EPOCH);
    }
  }

  /** One object: event, tasks, nodes, and the runs in the order in which they began. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("consul", "embedded, in memory");
    json.put("durationMillis", took.toMillis());
    json.put("nodes", Demo.nodes());
    json.put("events", EventView.of(event).map(List::of).orElse(List.of()));
    json.put("tasks", event.tasks().stream().map(DemoReport::json).toList());
    json.put("order", runs.stream().map(this::json).toList());
    return json;
  }

  private static Map<String, Object> json(TaskState task) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("no", task.no());
    json.put("name", task.name());
    json.put("status", task.result().map(result -> result.status().word()).orElse(null));
    json.put("nodes", task.targets());
    Optional<TaskResult> result = task.result();
    json.put(
        "durationMillis",
        millis(result.flatMap(TaskResult::startedAt), result.flatMap(TaskResult::finishedAt)));
    return json;
  }

  private Map<String, Object> json(Run run) {
    Optional<Instant> began = event.result().flatMap(result -> result.startedAt());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("no", run.result().no());
    json.put("task", run.task());
    json.put("node", run.result().node());
    json.put("status", run.result().status().word());
    json.put("startedMillis", millis(began, run.result().startedAt()));
    json.put("finishedMillis", millis(began, run.result().finishedAt()));
    return json;
  }

  private static Long millis(Optional<Instant> from, Optional<Instant> to) {
    return from.isEmpty() || to.isEmpty()
        ? null
        : Duration.between(from.get(), to.get()).toMillis();
  }
}
