package dev.metronome.execute;

import dev.metronome.record.Assignment;
import dev.metronome.record.Event;
import dev.metronome.schedule.Environments;
import dev.metronome.schedule.Pattern;
import dev.metronome.schedule.Variables;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What the processes of a task find in their environment, besides the agent's own. What came from
 * outside, parameters and captured values, reaches them here, as data (design section 10).
 *
 * @param process environment of this agent, for {@code $NAME} in {@code environments}
 * @param proxies exported to every operation
 */
record TaskEnvironment(Map<String, String> process, Map<String, String> proxies, String node) {

  TaskEnvironment {
    process = Map.copyOf(process);
    proxies = Map.copyOf(proxies);
  }

  Map<String, String> of(
      Assignment assignment,
      Pattern pattern,
      int attempt,
      Variables variables,
      Map<String, String> captured) {
    Map<String, String> environment = new HashMap<>(proxies);
    environment.putAll(Environments.resolve(pattern.environments(), process, variables));
    Event event = assignment.event();
    event.params().forEach((name, value) -> environment.put(param(capitals(name)), value));
    event.params().forEach((name, value) -> environment.put(param(name), value));
    captured.forEach((name, value) -> environment.put("METRONOME_VAR_" + capitals(name), value));
    environment.put("METRONOME_EVENT", event.name());
    environment.put("METRONOME_EVENT_ID", event.id());
    environment.put("METRONOME_TASK", assignment.task().task());
    environment.put("METRONOME_NODE", node);
    environment.put("METRONOME_ATTEMPT", Integer.toString(attempt));
    return environment;
  }

  private static String param(String name) {
    return "METRONOME_PARAM_" + name;
  }

  private static String capitals(String name) {
    return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9_]", "_");
  }
}
