package dev.metronome.model.schedule;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

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

  private static <V> Map<String, V> ordered(Map<String, V> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
