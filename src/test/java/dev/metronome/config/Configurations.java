package dev.metronome.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes configurations on a machine of its own, all within one folder. */
final class Configurations {
  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private final Map<String, String> flags = new LinkedHashMap<>();
  private List<String> variables = List.of();
  private Optional<String> file = Optional.empty();

  private Configurations(Path folder) {
    this.folder = folder;
  }

  static Configurations in(Path folder) {
    return new Configurations(folder);
  }

  static Configuration defaults() {
    return in(Path.of("/nowhere")).read();
  }

  Configurations environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  Configurations flag(String key, String value) {
    flags.put(key, value);
    return this;
  }

  Configurations variables(String... pairs) {
    variables = List.of(pairs);
    return this;
  }

  Configurations file(String name) {
    file = Optional.of(name);
    return this;
  }

  /** Writes the file of that name in the folder. */
  Configurations with(String name, String content) {
    try {
      Files.createDirectories(folder.resolve(name).getParent());
      Files.writeString(folder.resolve(name), content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Configuration read() {
    Machine machine =
        new Machine(environment, folder, folder.resolve("etc"), folder.resolve("run"));
    return new ConfigurationReader(machine).read(file, flags, variables);
  }
}
