package dev.metronome.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the folder whose routes replace and extend the jar's. */
final class RoutesFolder {
  private RoutesFolder() {}

  static Optional<Path> find(Configuration configuration, Machine machine) {
    Optional<Path> named = configuration.path("routes");
    if (named.isPresent()) {
      return Optional.of(existing(named.get(), configuration.value("routes").origin()));
    }
    return Stream.of(machine.resolve("routes"), machine.configDirectory().resolve("routes"))
        .filter(Files::isDirectory)
        .findFirst();
  }

  private static Path existing(Path folder, Origin origin) {
    if (Files.isDirectory(folder)) {
      return folder;
    }
    throw new ConfigurationException(
        origin.place() + ": the folder of routes " + folder + " does not exist");
  }
}
