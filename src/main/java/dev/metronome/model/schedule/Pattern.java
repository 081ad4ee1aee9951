package dev.metronome.model.schedule;

import dev.metronome.model.record.Parameter;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A folder with a task file, and what the file says. All maps keep the order of the file.
 *
 * @param name the folder's name
 * @param directory absolute path of the folder, where operations run
 * @param file the task file as the user named it
 * @param digest SHA-256 of the file's bytes, 64 hexadecimal digits
 * @param environments names and unresolved values, see {@link Environments}
 * @param variables names and unresolved values, see {@link Variables}
 */
public record Pattern(
    String name,
    Path directory,
    Path file,
    String digest,
    Map<String, String> environments,
    Map<String, String> variables,
    Map<String, EventDefinition> events,
    Map<String, TaskDefinition> tasks) {
  public Pattern {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(directory, "directory");
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(digest, "digest");
    environments = ordered(environments);
    variables = ordered(variables);
    events = ordered(events);
    tasks = ordered(tasks);
  }

  /** What its events declare of parameters, by event; those that declare nothing are left out. */
  public Map<String, Map<String, Parameter>> parameters() {
    Map<String, Map<String, Parameter>> declared = new LinkedHashMap<>();
    events.forEach(
        (name, event) ->
            event.parameters().parts().forEach(it -> declared.put(name, new TreeMap<>(it))));
    return declared;
  }

  /** Whether the task is there, and says how it is taken back. */
  boolean hasUndo(String task) {
    return tasks.containsKey(task) && !tasks.get(task).undo().isEmpty();
  }

  private static <V> Map<String, V> ordered(Map<String, V> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
