package dev.metronome.pipeline.execute;

import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Event;
import dev.metronome.model.schedule.Environments;
import dev.metronome.model.schedule.Pattern;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.model.schedule.VariableSource;
import dev.metronome.model.schedule.Variables;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What the processes of a task find in their environment, besides the agent's own. What came from
 * outside, parameters and captured values, reaches them here, as data (SECURITY.md).
 *
 * @param process environment of this agent, for {@code $NAME} in {@code environments}
 * @param exports exported to every operation, as they are then: a token may be rotated
 */
record TaskEnvironment(
    Map<String, String> process, Supplier<Map<String, String>> exports, String node) {

  TaskEnvironment {
    process = Map.copyOf(process);
  }

  Map<String, String> of(
      Assignment assignment,
      Pattern pattern,
      Schedule schedule,
      int attempt,
      Variables variables,
      Map<String, String> captured) {
    Map<String, String> environment = new HashMap<>(exports.get());
    Map<String, String> known = new HashMap<>(process);
    environment.forEach((name, value) -> known.replace(name, value));
    environment.putAll(environments(pattern, schedule, known, variables));
    Event event = assignment.event();
    event.params().forEach((name, value) -> environment.put(param(capitals(name)), value));
    event.params().forEach((name, value) -> environment.put(param(name), value));
    captured.forEach((name, value) -> environment.put("METRONOME_VAR_" + capitals(name), value));
    environment.put("METRONOME_EVENT", event.name());
    environment.put("METRONOME_EVENT_ID", event.id());
    environment.put("METRONOME_TASK", assignment.task().task());
    environment.put("METRONOME_NODE", node);
    environment.put("METRONOME_ATTEMPT", Integer.toString(attempt));
    if (assignment.task().isUndo()) {
      environment.put("METRONOME_UNDO", "1");
    }
    return environment;
  }

  /**
   * Those of all patterns, in the order of their files, as if each had set them in this process;
   * the task's own last, so that they hold for it.
   */
  private Map<String, String> environments(
      Pattern own, Schedule schedule, Map<String, String> known, Variables variables) {
    Map<String, String> all = new LinkedHashMap<>();
    Map<String, String> process = new HashMap<>(known);
    for (Pattern other : schedule.patterns()) {
      if (!other.name().equals(own.name())) {
        Variables theirs = variables.replacing(VariableSource.TASK_FILE, other.variables());
        Map<String, String> set = Environments.resolve(other.environments(), process, theirs);
        all.putAll(set);
        process.putAll(set);
      }
    }
    all.putAll(Environments.resolve(own.environments(), process, variables));
    return all;
  }

  private static String param(String name) {
    return "METRONOME_PARAM_" + name;
  }

  private static String capitals(String name) {
    return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9_]", "_");
  }
}
