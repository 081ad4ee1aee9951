package dev.metronome.config;

import dev.metronome.base.account.Trust;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The files and folders that act without being named.
 *
 * <p><b>Guarantees</b>: the system's folder comes first. What is found elsewhere, in the working
 * directory or beside a file that was named there, is taken only if nobody but this user and root
 * can have put it there or changed it ({@link Trust}); what is left out is said, with the reason
 * and what to do.
 */
final class FoundFiles {

  private final Machine machine;
  private final Trust trust = Trust.ofThisProcess();
  private final Consumer<String> warnings;

  FoundFiles(Machine machine, Consumer<String> warnings) {
    this.machine = machine;
    this.warnings = warnings;
  }

  /** config.yml. */
  Optional<Path> configuration() {
    return system("config.yml").or(() -> trusted(machine.resolve("config/config.yml"), "config"));
  }

  /** variables.yml: beside config.yml, else the system's. */
  Optional<Path> variables(Optional<Path> configuration) {
    return configuration
        .map(file -> file.resolveSibling("variables.yml"))
        .filter(file -> !isSystem(file))
        .flatMap(file -> trusted(file, "variables"))
        .or(() -> system("variables.yml"));
  }

  /** The folder of routes, with what is in it. */
  Optional<Path> routes() {
    return system("routes")
        .filter(Files::isDirectory)
        .or(
            () ->
                Optional.of(machine.resolve("routes"))
                    .filter(Files::isDirectory)
                    .flatMap(folder -> trusted(folder, "routes")));
  }

  private Optional<Path> system(String name) {
    return Optional.of(machine.configDirectory().resolve(name)).filter(Files::exists);
  }

  private boolean isSystem(Path file) {
    return machine.configDirectory().toAbsolutePath().equals(file.toAbsolutePath().getParent());
  }

  private Optional<Path> trusted(Path path, String flag) {
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    Optional<String> objection = trust.objection(path).or(() -> within(path));
    objection.ifPresent(
        why ->
            warnings.accept(
                path
                    + " was found, not named, and is left out, since "
                    + why
                    + ", or name it with --"
                    + flag));
    return objection.isEmpty() ? Optional.of(path) : Optional.empty();
  }

  /** Who may not write a folder may have been given a file in it. */
  private Optional<String> within(Path folder) {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().flatMap(file -> trust.objection(file).stream()).findFirst();
    } catch (java.io.IOException e) {
      return Optional.of(folder + " cannot be read: " + e.getMessage());
    }
  }
}
