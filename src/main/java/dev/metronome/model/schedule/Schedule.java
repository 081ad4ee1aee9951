package dev.metronome.model.schedule;

import dev.metronome.model.record.Lane;
import dev.metronome.model.record.Part;
import dev.metronome.model.record.Presence.PatternPresence;
import dev.metronome.model.traffic.Cron;
import dev.metronome.model.traffic.LaneRule;
import dev.metronome.model.traffic.Windows;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * All patterns of this agent: which tasks an event has, in which order. Immutable, hence safe for
 * all threads; a changed file makes a new schedule.
 *
 * <p><i>Guarantees:</i> the tasks of an event are those of every pattern that defines it, patterns
 * by ascending priority, ties in the order in which the files were given, numbered from 0 through
 * all; then come what takes them back, the last one first, and what runs at the end. An event that
 * could only be run by halves has no tasks here, but an {@linkplain #objection objection}: one of
 * its tasks does not exist, or a file that has a part in it cannot be used.
 */
public final class Schedule {
  private static final Schedule EMPTY = new Schedule(List.of(), List.of(), Variables.none());

  private final Variables variables;
  private final List<BrokenFile> broken;
  private final Map<String, Pattern> patterns = new LinkedHashMap<>();
  private final Map<String, List<ScheduledTask>> tasks = new LinkedHashMap<>();
  private final Map<String, Cron> crons = new LinkedHashMap<>();
  private final LaneRules lanes;
  private final LaneNeighbours neighbours;

  /**
   * @param broken the files that cannot be used, also those whose pattern is in force as it was
   * @throws IllegalArgumentException if two patterns have one name
   */
  Schedule(List<Pattern> patterns, List<BrokenFile> broken, Variables variables) {
    this.variables = variables;
    this.broken = List.copyOf(broken);
    this.lanes = new LaneRules(patterns);
    this.neighbours = new LaneNeighbours(patterns, lanes, variables);
    for (Pattern pattern : patterns) {
      if (this.patterns.put(pattern.name(), pattern) != null) {
        throw new IllegalArgumentException("pattern " + pattern.name() + " is there twice");
      }
    }
    for (Pattern pattern : patterns) {
      for (String event : pattern.events().keySet()) {
        tasks.putIfAbsent(event, List.of()); // defined, whatever speaks against it
      }
    }
    tasks.replaceAll((event, none) -> ordered(event));
    for (Pattern pattern : patterns) {
      pattern
          .events()
          .forEach((name, event) -> event.traffic().cron().ifPresent(it -> crons.put(name, it)));
    }
    crons.keySet().removeIf(event -> objection(event).isPresent());
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

  /**
   * The tasks of an event in the order of their {@code no}, each part of it after another; none for
   * one that cannot be run.
   */
  public List<ScheduledTask> tasksOf(String event) {
    return tasks.getOrDefault(event, List.of());
  }

  /** The parameters that an event takes, as its patterns declare them together. */
  public DeclaredParameters parametersOf(String event) {
    return patterns.values().stream()
        .filter(it -> it.events().containsKey(event))
        .map(it -> it.events().get(event).parameters())
        .reduce(DeclaredParameters.ANY, DeclaredParameters::and);
  }

  /** In which windows an event may begin. */
  public Windows windowsOf(String event) {
    return patterns.values().stream()
        .filter(it -> it.events().containsKey(event))
        .map(it -> it.events().get(event).traffic().windows())
        .reduce(Windows.ALWAYS, Windows::and);
  }

  /** The lane that an event begins in. */
  public LaneRule laneOf(String event) {
    return lanes.of(event);
  }

  /** The common lane, and then those that events name, in the order of the files. */
  public List<Lane> lanes() {
    return lanes.all();
  }

  /** The lanes of which something may run side by side with an event, on the same nodes. */
  public List<LaneNeighbour> neighboursOf(String event) {
    return neighbours.of(event);
  }

  /** What an agent that has these files says of them, by pattern. */
  public Map<String, PatternPresence> presences() {
    Map<String, PatternPresence> presences = new TreeMap<>();
    for (Pattern pattern : patterns.values()) {
      Map<String, Lane> named = new TreeMap<>();
      for (String event : pattern.events().keySet()) {
        Lane lane = laneOf(event).lane();
        if (!lane.equals(Lane.COMMON)) {
          named.put(event, lane);
        }
      }
      presences.put(
          pattern.name(),
          new PatternPresence(
              pattern.digest(),
              List.copyOf(pattern.events().keySet()),
              pattern.parameters(),
              named));
    }
    return presences;
  }

  /** The events that are fired by the calendar, in the order of the files. */
  public Map<String, Cron> crons() {
    return Collections.unmodifiableMap(crons);
  }

  /** Why an event that comes with these parameters is not taken, as far as these files know. */
  public Optional<String> objection(String event, Map<String, String> params) {
    return parametersOf(event).objection(params);
  }

  /** The files that cannot be used, in their order. */
  public List<BrokenFile> broken() {
    return broken;
  }

  /** Those of them of which nothing is in force. */
  public List<BrokenFile> leftOut() {
    return broken.stream().filter(it -> it.effect() == BrokenFile.Effect.LEFT_OUT).toList();
  }

  /** Why an event must not be run, as the end of a sentence that begins with it. */
  public Optional<String> objection(String event) {
    return leftOut().stream()
        .filter(it -> it.events().contains(event))
        .map(Schedule::unusable)
        .findFirst()
        .or(() -> lackOfTask(event))
        .or(() -> lanes.objection(event))
        .or(() -> onlyIn(event));
  }

  private static String unusable(BrokenFile file) {
    return "is also in pattern " + file.pattern() + ", whose file cannot be used: " + file.fault();
  }

  private Optional<String> lackOfTask(String event) {
    for (Pattern pattern : patterns.values()) {
      EventDefinition definition = pattern.events().get(event);
      for (OrderedTask step : definition == null ? List.<OrderedTask>of() : definition.steps()) {
        if (step.approval().isEmpty() && !pattern.tasks().containsKey(step.task())) {
          return Optional.of(
              "names the task "
                  + Shown.text(step.task())
                  + ", which is not defined ("
                  + step.position()
                  + ")");
        }
      }
    }
    return Optional.empty();
  }

  /** A pattern is in force as it was, without an event that its file has now. */
  private Optional<String> onlyIn(String event) {
    return broken.stream()
        .filter(it -> !defines(event) && it.events().contains(event))
        .map(it -> "is only in a file that cannot be used: " + it.fault())
        .findFirst();
  }

  /** Every service that some task is for. */
  public Set<String> services() {
    return tasks.values().stream()
        .flatMap(List::stream)
        .flatMap(task -> task.step().filter().stream())
        .flatMap(it -> it.service().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  public Optional<Pattern> pattern(String name) {
    return Optional.ofNullable(patterns.get(name));
  }

  public Optional<TaskDefinition> task(String pattern, String task) {
    return pattern(pattern).map(it -> it.tasks().get(task));
  }

  private List<ScheduledTask> ordered(String event) {
    if (objection(event).isPresent()) {
      return List.of();
    }
    List<Pattern> concerned =
        patterns.values().stream()
            .filter(it -> it.events().containsKey(event))
            .sorted(Comparator.comparingInt(it -> it.events().get(event).priority()))
            .toList();
    List<ScheduledTask> all = new ArrayList<>();
    concerned.forEach(it -> append(it, it.events().get(event).tasks(), Optional.empty(), all));
    List<ScheduledTask> undone = new ArrayList<>(all);
    Collections.reverse(undone);
    undone.stream()
        .filter(it -> patterns.get(it.pattern()).events().get(event).onError() == OnError.UNDO)
        .filter(it -> !it.task().undo().isEmpty())
        .forEach(it -> all.add(it.undo(all.size())));
    concerned.forEach(
        it -> append(it, it.events().get(event).last(), Optional.of(Part.FINALLY), all));
    return List.copyOf(all);
  }

  private static void append(
      Pattern pattern, List<OrderedTask> steps, Optional<Part> part, List<ScheduledTask> all) {
    for (OrderedTask step : steps) {
      TaskDefinition task =
          step.approval()
              .map(it -> TaskDefinition.asking(it, step.position()))
              .orElseGet(() -> pattern.tasks().get(step.task()));
      all.add(new ScheduledTask(all.size(), pattern.name(), step, task, part, Optional.empty()));
    }
  }
}
