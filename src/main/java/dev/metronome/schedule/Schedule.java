package dev.metronome.schedule;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All patterns of this agent: which tasks an event has, in which order. Immutable, hence safe for
 * all threads; a changed file makes a new schedule.
 *
 * <p><i>Guarantees:</i> the tasks of an event are those of every pattern that defines it, patterns
 * by ascending priority, ties in the order in which the files were given, numbered from 0 through
 * all. Every task named by a step exists.
 */
public final class Schedule {
  private static final Schedule EMPTY = new Schedule(List.of(), Variables.none());

  private final Variables variables;
  private final Map<String, Pattern> patterns = new LinkedHashMap<>();
  private final Map<String, List<ScheduledTask>> tasks = new LinkedHashMap<>();

  /**
   * @throws IllegalArgumentException if two patterns have one name, or a step names a task that its
   *     pattern does not have
   */
  Schedule(List<Pattern> patterns, Variables variables) {
    this.variables = variables;
    for (Pattern pattern : patterns) {
      if (this.patterns.put(pattern.name(), pattern) != null) {
        throw new IllegalArgumentException("pattern " + pattern.name() + " is there twice");
      }
    }
    for (Pattern pattern : patterns) {
      pattern.events().keySet().forEach(it -> tasks.computeIfAbsent(it, this::ordered));
    }
  }

  /** The schedule of an agent without task files. */
  public static Schedule empty() {
    return EMPTY;
  }

  /** What templates stand for besides the patterns' own variables. */
  public Variables variables() {
    return variables;
  }

  /** In the order of the files. */
  public List<Pattern> patterns() {
    return List.copyOf(patterns.values());
  }

  /** Every event that some pattern defines, in the order of the files. */
  public Set<String> eventNames() {
    return Collections.unmodifiableSet(tasks.keySet());
  }

  /** Whether some pattern defines the event. */
  public boolean defines(String event) {
    return tasks.containsKey(event);
  }

  /** The tasks of an event in the order of their {@code no}; none for an event nobody defines. */
  public List<ScheduledTask> tasksOf(String event) {
    return tasks.getOrDefault(event, List.of());
  }

  /** Every service that some task is for. */
  public Set<String> services() {
    return tasks.values().stream()
        .flatMap(List::stream)
        .flatMap(task -> task.filter().stream())
        .map(Filter::service)
        .collect(Collectors.toUnmodifiableSet());
  }

  public Optional<Pattern> pattern(String name) {
    return Optional.ofNullable(patterns.get(name));
  }

  public Optional<TaskDefinition> task(String pattern, String task) {
    return pattern(pattern).map(it -> it.tasks().get(task));
  }

  private List<ScheduledTask> ordered(String event) {
    List<ScheduledTask> ordered = new ArrayList<>();
    patterns.values().stream()
        .filter(it -> it.events().containsKey(event))
        .sorted(Comparator.comparingInt(it -> it.events().get(event).priority()))
        .forEach(it -> append(it, event, ordered));
    return List.copyOf(ordered);
  }

  private static void append(Pattern pattern, String event, List<ScheduledTask> ordered) {
    for (OrderedTask step : pattern.events().get(event).tasks()) {
      TaskDefinition task = pattern.tasks().get(step.task());
      if (task == null) {
        throw new IllegalArgumentException(
            "pattern " + pattern.name() + " has no task " + step.task());
      }
      ordered.add(new ScheduledTask(ordered.size(), pattern.name(), step, task));
    }
  }
}
