package dev.metronome.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/** Finds the folder whose routes replace and extend the jar's. */
final class RoutesFolder {
  private RoutesFolder() {}

  static Optional<Path> find(Configuration configuration, Machine machine) {
    Optional<Path> named = configuration.path("routes");
    return named.isPresent()
        ? Optional.of(existing(named.get(), configuration.value("routes").origin()))
        : new FoundFiles(machine, RoutesFolder::warn).routes();
  }

  private static void warn(String sentence) {
    LoggerFactory.getLogger(RoutesFolder.class).warn(sentence);
  }

  private static Path existing(Path folder, Origin origin) {
    if (Files.isDirectory(folder)) {
      return folder;
    }
    throw new ConfigurationException(
        origin.place() + ": the folder of routes " + folder + " does not exist");
  }
}
