package dev.metronome.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where an agent keeps what is of no use to any other machine, and of none after a reboot. */
final class StateFolder {

  private static final Path RUN = Path.of("/run");

  private StateFolder() {}

  /** {@code /run/metronome} for root, else a folder of the user's own. */
  static Path unset(Map<String, String> environment) {
    if (Files.isWritable(RUN)) {
      return RUN.resolve("metronome");
    }
    return Optional.ofNullable(environment.get("XDG_RUNTIME_DIR"))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, "metronome"))
        .orElseGet(StateFolder::temporary);
  }

  private static Path temporary() {
    return Path.of(
        System.getProperty("java.io.tmpdir"), "metronome-" + System.getProperty("user.name"));
  }
}
