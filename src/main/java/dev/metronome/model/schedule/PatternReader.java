package dev.metronome.model.schedule;

import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads one task file into a pattern. If there were errors the pattern is what could be understood,
 * good for nothing but further checks.
 */
final class PatternReader {
  static final String EMPTY = "the file is empty; expected a mapping with `events` and `tasks`";

  private static final Set<String> KEYS =
      Set.of("environments", "variables", "default", "windows", "events", "tasks");

  private final TaskFile file;
  private final Path directory;
  private final OperationTypes known;
  private final Variables outer;
  private final Findings findings;

  PatternReader(TaskFile file, OperationTypes known, Variables outer, Findings findings) {
    this.file = file;
    this.directory = directoryOf(file.path());
    this.known = known;
    this.outer = outer;
    this.findings = findings;
  }

  /** The folder of a task file, absolute. */
  static Path directoryOf(Path file) {
    Path parent = file.toAbsolutePath().normalize().getParent();
    return parent == null ? file.toAbsolutePath().getRoot() : parent;
  }

  /** The name of the pattern in a task file; empty at the root of the file system. */
  static String nameOf(Path file) {
    Path name = directoryOf(file).getFileName();
    return name == null ? "" : name.toString();
  }

  Pattern read(Value root) {
    Names.check("pattern", nameOf(file.path()), Position.startOf(file.path()), findings);
    if (root instanceof Value.Mapping mapping) {
      return read(new Section(mapping, "", findings).allow(KEYS));
    }
    if (root.isNothing()) {
      findings.error(Position.startOf(file.path()), EMPTY);
    } else if (root.usable()) {
      findings.error(root.position(), "expected a mapping at the top level, found " + root.kind());
    }
    return pattern(Map.of(), Map.of(), Map.of(), Map.of());
  }

  private Pattern read(Section top) {
    Map<String, String> environments = new TextsReader(findings).environments(top);
    Map<String, String> variables = new TextsReader(findings).variables(top);
    Defaults defaults = Defaults.read(top, known, findings);
    Map<String, TaskDefinition> tasks = tasks(top, defaults);
    Map<String, EventDefinition> events = events(top, tasks);
    new UndoUse(top, findings).check(events, tasks);
    new References(file, outer.with(VariableSource.TASK_FILE, variables), findings).check(top);
    return pattern(environments, variables, events, tasks);
  }

  private Map<String, TaskDefinition> tasks(Section top, Defaults defaults) {
    OperationReader operations = new OperationReader(known, defaults, directory, findings);
    TaskReader reader = new TaskReader(operations, defaults.timeout(), findings);
    Map<String, TaskDefinition> tasks = new LinkedHashMap<>();
    for (Value.Entry entry : top.entries("tasks", "a mapping of names to tasks")) {
      tasks.put(entry.key(), reader.read(entry));
    }
    return tasks;
  }

  private Map<String, EventDefinition> events(Section top, Map<String, TaskDefinition> tasks) {
    WindowReader windows = new WindowReader(findings, Instant.now()).define(top);
    EventReader reader = new EventReader(names(top, tasks), windows, findings);
    Map<String, EventDefinition> events = new LinkedHashMap<>();
    for (Value.Entry entry : top.entries("events", "a mapping of names to events")) {
      events.put(entry.key(), reader.read(entry));
    }
    windows.checkUse(top);
    for (TaskDefinition task : tasks.values()) {
      if (!reader.used().contains(task.name())) {
        findings.warning(
            task.position(), "task " + Shown.text(task.name()) + " is used by no event");
      }
    }
    return events;
  }

  /** The tasks that events may use; if the section cannot be read, none is said to be missing. */
  private static Optional<Set<String>> names(Section top, Map<String, TaskDefinition> tasks) {
    boolean readable =
        !top.has("tasks") || top.value("tasks").orElse(null) instanceof Value.Mapping;
    return readable ? Optional.of(tasks.keySet()) : Optional.empty();
  }

  private Pattern pattern(
      Map<String, String> environments,
      Map<String, String> variables,
      Map<String, EventDefinition> events,
      Map<String, TaskDefinition> tasks) {
    return new Pattern(
        nameOf(file.path()),
        directory,
        file.path(),
        file.digest(),
        environments,
        variables,
        events,
        tasks);
  }
}
