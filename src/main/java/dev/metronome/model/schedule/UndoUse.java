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

  private boolean undoes(EventDefinition event, String task) {
    return (event.onError() == OnError.UNDO || !saysOnError(event))
        && (event.tasks().stream().anyMatch(step -> step.runs(task)) || !isWhole(event));
  }

  private boolean hasUndo(EventDefinition event, Map<String, TaskDefinition> tasks) {
    return !isWhole(event)
        || event.tasks().stream()
            .anyMatch(
                step ->
                    step.approval().isEmpty()
                        && (!tasks.containsKey(step.task())
                            || place("tasks", step.task(), "undo").isPresent()));
  }

  /** False if what it says of it is a mistake, which is told already. */
  private boolean saysOnError(EventDefinition event) {
    return find("events", event.name(), "on_error")
        .map(it -> it.value() instanceof Value.Text text && OnError.isOfEvent(text.text()))
        .orElse(true);
  }

  /** Whether all its steps could be read; what is wrong with the others is told already. */
  private boolean isWhole(EventDefinition event) {
    return find("events", event.name(), "ordered_tasks")
        .map(
            it ->
                it.value() instanceof Value.Sequence list
                    && list.items().size() == event.tasks().size())
        .orElse(true);
  }

  private void withoutEffect(Position position, String message) {
    findings.warning(position, message);
  }

  private Optional<Position> place(String section, String name, String key) {
    return find(section, name, key).map(Value.Entry::position);
  }

  private Optional<Value.Entry> find(String section, String name, String key) {
    return top.value(section)
        .flatMap(value -> entry(value, name))
        .flatMap(entry -> entry(entry.value(), key));
  }

  private static Optional<Value.Entry> entry(Value value, String key) {
    return value instanceof Value.Mapping mapping
        ? Optional.ofNullable(mapping.entries().get(key))
        : Optional.empty();
  }
}
