package dev.metronome.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where an agent keeps what is of no use to any other machine, and of none after a reboot. Never in
 * a folder that everybody may write, as {@code /tmp}: what is to be there, others could make first.
 */
final class StateFolder {

  private static final String NAME = "metronome";

  private StateFolder() {}

  /** What systemd made for the service, {@code /run/metronome} for root, else the user's own. */
  static Path unset(Machine machine) {
    return service(machine)
        .or(
            () ->
                Optional.of(machine.runDirectory())
                    .filter(Files::isWritable)
                    .or(() -> folder(machine, "XDG_RUNTIME_DIR"))
                    .or(() -> folder(machine, "XDG_STATE_HOME"))
                    .map(folder -> folder.resolve(NAME)))
        .orElseGet(() -> home(machine).resolve(".local/state").resolve(NAME));
  }

  /** {@code RuntimeDirectory} of the unit, which it has whatever user it runs as. */
  private static Optional<Path> service(Machine machine) {
    String folders = machine.environment().getOrDefault("RUNTIME_DIRECTORY", "");
    return Stream.of(folders.split(":"))
        .map(Path::of)
        .filter(folder -> folder.isAbsolute() && folder.endsWith(NAME))
        .findFirst();
  }

  private static Path home(Machine machine) {
    return folder(machine, "HOME").orElseGet(() -> Path.of(System.getProperty("user.home")));
  }

  private static Optional<Path> folder(Machine machine, String variable) {
    return Optional.ofNullable(machine.environment().get(variable))
        .filter(folder -> !folder.isEmpty())
        .map(Path::of);
  }
}
