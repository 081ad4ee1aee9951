package dev.metronome.model.schedule;

import dev.metronome.model.record.Approval;
import dev.metronome.model.record.Batching;
import dev.metronome.model.traffic.Traffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the entries of the section {@code events}, and notes which tasks they use. */
final class EventReader {
  private static final Set<String> KEYS =
      Set.of(
          "description",
          "priority",
          "parameters",
          "task",
          "ordered_tasks",
          "on_error",
          "finally",
          "window",
          "cron",
          "lane");

  /** Of events and tasks, whose names are the keys before them. */
  static final Set<String> IDLE = Set.of("name", "trigger");

  private static final Set<String> STEP_KEYS =
      Set.of(
          "task",
          Approval.STEP,
          "service",
          "tag",
          "filter",
          "run_on",
          "serial",
          "order",
          "spread",
          "max_failures",
          "health",
          "skippable",
          "unreachable",
          "drain",
          "on_error");

  private static final Duration LONGEST_DRAIN = Duration.ofHours(1);

  private final Optional<Set<String>> tasks;
  private final WindowReader windows;
  private final Findings findings;
  private final Set<String> used = new HashSet<>();

  /**
   * @param tasks the names that may be used; absent if they cannot be known
   * @param windows those of the file
   */
  EventReader(Optional<Set<String>> tasks, WindowReader windows, Findings findings) {
    this.tasks = tasks;
    this.windows = windows;
    this.findings = findings;
  }

  /** Names of the tasks that the events read so far use, defined or not. */
  Set<String> used() {
    return used;
  }

  EventDefinition read(Value.Entry entry) {
    checkName(entry);
    String title = "event " + Shown.text(entry.key());
    Section section = section(entry, title);
    DeclaredParameters parameters = new ParameterReader(findings).read(section);
    return new EventDefinition(
        entry.key(),
        section.text("description").orElse(""),
        section
            .integerAround("priority", 0, 100, "an integer between 0 and 100")
            .orElse(EventDefinition.DEFAULT_PRIORITY),
        parameters,
        new Traffic(
            windows.of(section), new CronReader(section, findings).read(entry.key(), parameters)),
        new LaneReader(section, findings).read(),
        steps(section, entry),
        section.onError().orElse(OnError.STOP),
        section.mapping().entries().containsKey("finally")
            ? list(section, "finally", "`finally` of " + section.title())
            : List.of(),
        entry.position());
  }

  /** The rule of every way in: an event of another name could never be sent. */
  private void checkName(Value.Entry entry) {
    if (Names.check("event", entry.key(), entry.position(), findings)
        && entry.key().matches(".*[\"'`].*")) {
      findings.error(
          entry.position(), "event name " + Shown.text(entry.key()) + " must not contain a quote");
    }
  }

  private Section section(Value.Entry entry, String title) {
    if (entry.value() instanceof Value.Mapping mapping) {
      return new Section(mapping, title, findings).allow(KEYS, IDLE);
    }
    if (entry.value().usable() && !entry.value().isNothing()) {
      findings.error(
          entry.position(),
          title
              + " must be a mapping with `task` or `ordered_tasks`, found "
              + entry.value().kind());
    }
    return new Section(new Value.Mapping(Map.of(), entry.position()), title, findings);
  }

  private List<OrderedTask> steps(Section section, Value.Entry entry) {
    boolean one = section.has("task");
    boolean many = section.mapping().entries().containsKey("ordered_tasks");
    if (one && many) {
      findings.warning(
          entry.position(),
          section.title() + " has both `task` and `ordered_tasks`; the latter counts, keep one");
    } else if (!one
        && !many
        && (entry.value().isNothing() || entry.value() instanceof Value.Mapping)) {
      findings.error(entry.position(), section.title() + " has neither `task` nor `ordered_tasks`");
    }
    return many
        ? list(section, "ordered_tasks", section.title())
        : single(section).stream().toList();
  }

  private Optional<OrderedTask> single(Section section) {
    return section
        .text("task")
        .map(
            it -> {
              Position position = section.value("task").orElseThrow().position();
              use(section.title(), it, position);
              return OrderedTask.everywhere(it, position);
            });
  }

  private List<OrderedTask> list(Section section, String key, String title) {
    Value value = section.mapping().entries().get(key).value();
    if (value.isNothing() || (value instanceof Value.Sequence it && it.items().isEmpty())) {
      findings.error(section.position(key), title + " has no steps");
      return List.of();
    }
    List<OrderedTask> steps = new ArrayList<>();
    int number = 0;
    for (Value item : section.list(key, "a list of steps").orElse(List.of())) {
      number++;
      step(item, number, title).ifPresent(steps::add);
    }
    if (key.equals("finally")) {
      steps.forEach(this::demandTask);
    }
    return steps;
  }

  private void demandTask(OrderedTask step) {
    if (step.approval().isPresent()) {
      findings.error(
          step.position(), "`finally` has an approval, but it runs whatever came: ask before it");
    }
  }

  private Optional<OrderedTask> step(Value value, int number, String event) {
    String title = "step " + number + " of " + event;
    if (!(value instanceof Value.Mapping mapping)) {
      if (value.usable()) {
        findings.error(
            value.position(),
            title
                + " must be a mapping such as `{service: db, task: setup}`, found "
                + value.kind());
      }
      return Optional.empty();
    }
    if (mapping.entries().containsKey(Approval.STEP)) {
      return approval(mapping, title);
    }
    Section section = new Section(mapping, title, findings).allow(STEP_KEYS);
    Optional<Filter> filter = FilterReader.read(section, title, findings);
    RunOnReader runOn = RunOnReader.read(section, findings);
    Batching batching = new BatchingReader(section, findings).read(runOn);
    Optional<Boolean> skippable = section.flag("skippable");
    Optional<Unreachable> unreachable = section.unreachable();
    needsService("drain", "traffic", section, filter);
    needsService("health", "health to wait for", section, filter);
    Optional<Duration> drain = section.duration("drain", Duration.ZERO, LONGEST_DRAIN);
    OnError onError = section.onStepError().orElse(OnError.STOP);
    if (!section.has("task")) {
      findings.error(value.position(), title + " names no `task`");
    }
    Optional<String> task = section.text("task");
    task.ifPresent(it -> use(event + ", step " + number, it, taskPosition(section)));
    return task.map(
        it ->
            new OrderedTask(
                it,
                filter,
                runOn.share(),
                runOn.holder(),
                batching,
                skippable,
                unreachable,
                drain,
                onError,
                Optional.empty(),
                value.position()));
  }

  /** A step that asks somebody: there is nothing else to say of it. */
  private Optional<OrderedTask> approval(Value.Mapping step, String title) {
    Section section = new Section(step, title, findings);
    for (Value.Entry entry : step.entries().values()) {
      if (STEP_KEYS.contains(entry.key()) && !entry.key().equals(Approval.STEP)) {
        findings.error(
            entry.position(),
            title
                + " has both `approve` and "
                + Shown.text(entry.key())
                + "; an approval is a step of its own, which runs nothing");
      }
    }
    return new ApprovalReader(section.allow(STEP_KEYS), findings)
        .read()
        .map(approval -> OrderedTask.asking(approval, step.position()));
  }

  private void needsService(String key, String what, Section section, Optional<Filter> filter) {
    if (section.has(key) && filter.flatMap(Filter::service).isEmpty()) {
      findings.error(
          section.position(key),
          section.title() + " has `" + key + "` but no `service`; only a service has " + what);
    }
  }

  private static Position taskPosition(Section section) {
    return section.value("task").orElseThrow().position();
  }

  private void use(String where, String task, Position position) {
    used.add(task);
    tasks
        .filter(it -> !it.contains(task) && !findings.isFull(Severity.ERROR))
        .ifPresent(
            it ->
                findings.warning(
                    position,
                    where
                        + ": task "
                        + Shown.text(task)
                        + " is not defined, so that the event ends as error when it is fired"
                        + hint(task, it)));
  }

  private static String hint(String task, Set<String> defined) {
    return defined.isEmpty()
        ? "; this file defines no tasks"
        : Nearest.hint(task, defined, "; defined: " + Shown.list(defined));
  }
}
