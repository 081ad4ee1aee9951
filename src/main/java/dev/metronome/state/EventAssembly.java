package dev.metronome.state;

import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Resume;
import dev.metronome.model.record.TaskResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Joins single results, and what the plan tells of tasks to come, into the state of an event. */
final class EventAssembly {
  private final String eventId;
  private Optional<EventResult> event = Optional.empty();
  private final Map<Integer, PlannedTask> planned = new TreeMap<>();
  private final Map<Integer, TaskResult> tasks = new TreeMap<>();
  private final Map<Integer, List<NodeResult>> nodes = new TreeMap<>();

  EventAssembly(String eventId, Optional<Plan> plan, Collection<Object> results) {
    this.eventId = eventId;
    plan.ifPresent(this::plan);
    results.forEach(this::add);
  }

  EventState state() {
    TreeMap<Integer, TaskState> states = new TreeMap<>();
    planned.keySet().forEach(no -> states.put(no, state(no)));
    tasks.keySet().forEach(no -> states.put(no, state(no)));
    return new EventState(eventId, event, List.copyOf(states.values()));
  }

  /** Tasks before the one that a retry resumes at are not its own. */
  private void plan(Plan known) {
    int first = known.event().resume().map(Resume::from).orElse(0);
    known.tasks().stream()
        .filter(task -> task.no() >= first)
        .forEach(task -> planned.put(task.no(), task));
  }

  private void add(Object result) {
    if (result instanceof EventResult known) {
      event = Optional.of(known);
    } else if (result instanceof TaskResult known) {
      tasks.put(known.no(), known);
    } else if (result instanceof NodeResult known) {
      nodes.computeIfAbsent(known.no(), no -> new ArrayList<>()).add(known);
    }
  }

  private TaskState state(int no) {
    Optional<TaskResult> result = Optional.ofNullable(tasks.get(no));
    Optional<PlannedTask> plan = Optional.ofNullable(planned.get(no));
    List<NodeResult> on =
        nodes.getOrDefault(no, List.of()).stream()
            .sorted(Comparator.comparing(NodeResult::node))
            .toList();
    String name = result.map(TaskResult::name).or(() -> plan.map(PlannedTask::task)).orElse("?");
    return new TaskState(no, name, plan.map(PlannedTask::filter).orElse(""), result, on);
  }
}
