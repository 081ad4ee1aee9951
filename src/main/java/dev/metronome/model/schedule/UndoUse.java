package dev.metronome.model.schedule;

import java.util.Map;
import java.util.Optional;

/** Names an {@code undo} that no event ever runs, and an event that has none to run. */
final class UndoUse {
  private final Section top;
  private final Findings findings;

  UndoUse(Section top, Findings findings) {
    this.top = top;
    this.findings = findings;
  }

  void check(Map<String, EventDefinition> events, Map<String, TaskDefinition> tasks) {
    for (TaskDefinition task : tasks.values()) {
      boolean used = events.values().stream().anyMatch(event -> undoes(event, task.name()));
      if (!task.undo().isEmpty() && !used) {
        withoutEffect(
            place("tasks", task.name(), "undo").orElse(task.position()),
            "`undo` of task "
                + Shown.text(task.name())
                + " has no effect, since no event with `on_error: undo` has it among its ordered"
                + " tasks");
      }
    }
    events.values().stream()
        .filter(event -> event.onError() == OnError.UNDO && !hasUndo(event, tasks))
        .forEach(
            event ->
                withoutEffect(
                    place("events", event.name(), "on_error").orElse(event.position()),
                    "`on_error: undo` of event "
                        + Shown.text(event.name())
                        + " has no effect, since none of its ordered tasks has `undo`"));
  }

  private static boolean undoes(EventDefinition event, String task) {
    return event.onError() == OnError.UNDO
        && event.tasks().stream().anyMatch(step -> step.task().equals(task));
  }

  private static boolean hasUndo(EventDefinition event, Map<String, TaskDefinition> tasks) {
    return event.tasks().stream()
        .anyMatch(
            step -> !tasks.containsKey(step.task()) || !tasks.get(step.task()).undo().isEmpty());
  }

  private void withoutEffect(Position position, String message) {
    findings.warning(position, message);
  }

  private Optional<Position> place(String section, String name, String key) {
    return top.value(section)
        .flatMap(value -> entry(value, name))
        .flatMap(entry -> entry(entry.value(), key))
        .map(Value.Entry::position);
  }

  private static Optional<Value.Entry> entry(Value value, String key) {
    return value instanceof Value.Mapping mapping
        ? Optional.ofNullable(mapping.entries().get(key))
        : Optional.empty();
  }
}
