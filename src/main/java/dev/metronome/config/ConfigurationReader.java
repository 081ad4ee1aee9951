package dev.metronome.config;

import dev.metronome.model.schedule.Nearest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gathers the effective configuration: flag, else METRONOME_X, else config.yml, else CONSUL_X, else
 * default.
 *
 * <p><b>Guarantees</b>: a value that is used can be read as its setting's kind; a problem of any
 * source is one {@link ConfigurationException} that names the place.
 */
public final class ConfigurationReader {
  private static final String CONFIG_VARIABLE = "METRONOME_CONFIG";

  /** A key of the original's files, where each key is a flag too: {@code var: [key=value]}. */
  static final String VARIABLES = "var";

  private final Machine machine;

  /** Reads what it needs from {@code machine} only. */
  public ConfigurationReader(Machine machine) {
    this.machine = machine;
  }

  /**
   * The configuration in force now.
   *
   * @param file config.yml; else METRONOME_CONFIG, else the machine's, else config/config.yml if
   *     there is one that nobody else may write
   * @param flags values of the command line by key
   * @param variables user variables of the command line, each {@code key=value}
   * @throws ConfigurationException if a file or a value cannot be used
   */
  public Configuration read(
      Optional<String> file, Map<String, String> flags, List<String> variables) {
    Layers layers = new Layers();
    FoundFiles found = new FoundFiles(machine, layers::warn);
    Optional<Path> used = named(file).or(found::configuration);
    Map<String, String> pairs = new LinkedHashMap<>();
    used.ifPresent(path -> readFile(path, layers, pairs));
    ConsulEnvironment.apply(machine.environment(), layers);
    OwnEnvironment.apply(machine.environment(), layers);
    flags.forEach((key, text) -> putFlag(key, text, layers));
    DerivedSettings.complete(layers, machine, () -> found.variables(used));
    warnOfKeyFile(layers);
    return new Configuration(machine, used, layers, pairs(variables, pairs));
  }

  private Optional<Path> named(Optional<String> file) {
    String variable = machine.environment().getOrDefault(CONFIG_VARIABLE, "");
    return file.or(() -> Optional.of(variable).filter(v -> !v.isEmpty())).map(machine::resolve);
  }

  private static void readFile(Path file, Layers layers, Map<String, String> variables) {
    for (FlatYamlEntry entry : FlatYaml.read(file)) {
      if (entry.key().equals(VARIABLES)) {
        entry.all().forEach(it -> pair(entry.valuePlace() + ": var", it, variables));
        continue;
      }
      Optional<Setting> setting = Settings.find(entry.key());
      if (setting.isEmpty()) {
        String hint = Nearest.hint(entry.key(), Settings.keys());
        layers.warn(entry.keyPlace() + ": unknown key `" + entry.key() + "` is ignored" + hint);
      } else if (!entry.isAbsent()) {
        String text = setting.get().kind() == Kind.LIST ? entry.items() : entry.text();
        layers.put(entry.key(), text, new Origin(Origin.Source.FILE, entry.valuePlace()));
      }
    }
    if (!layers.get("token").text().isEmpty() && isReadableByAll(file)) {
      layers.warn(
          file + " holds a token and everyone may read it; chmod 600 it, or use token-file");
    }
  }

  private void warnOfKeyFile(Layers layers) {
    String name = layers.get("signing-key-file").text();
    if (!name.isEmpty() && isReadableByAll(machine.resolve(name))) {
      layers.warn(
          machine.resolve(name) + " holds signing keys and everyone may read it; chmod 600");
    }
  }

  private static boolean isReadableByAll(Path file) {
    try {
      return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private static void putFlag(String key, String text, Layers layers) {
    layers.put(key, text, new Origin(Origin.Source.FLAG, "--" + key));
    if (Settings.of(key).isSecret()) {
      String file =
          Settings.find(key + "-file").map(other -> "--" + other.key() + " or ").orElse("");
      layers.warn(
          "--"
              + key
              + " on a command line is seen by every user of this machine; use "
              + file
              + Settings.of(key).variable());
    }
  }

  /** Those of the command line win over those of the file. */
  private static Map<String, String> pairs(List<String> variables, Map<String, String> ofFile) {
    Map<String, String> pairs = new LinkedHashMap<>(ofFile);
    variables.forEach(variable -> pair("--var", variable, pairs));
    return pairs;
  }

  private static void pair(String place, String variable, Map<String, String> pairs) {
    int equals = variable.indexOf('=');
    if (equals < 1) {
      throw new ConfigurationException(place + ": expected key=value, found `" + variable + "`");
    }
    pairs.put(variable.substring(0, equals), variable.substring(equals + 1));
  }
}
