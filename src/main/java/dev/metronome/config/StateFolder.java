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
    return service(machine, "RUNTIME_DIRECTORY")
        .or(
            () ->
                Optional.of(machine.runDirectory())
                    .filter(Files::isWritable)
                    .or(() -> folder(machine, "XDG_RUNTIME_DIR"))
                    .or(() -> folder(machine, "XDG_STATE_HOME"))
                    .map(folder -> folder.resolve(NAME)))
        .orElseGet(() -> home(machine).resolve(".local/state").resolve(NAME));
  }

  /** The same, for what stays of use after a reboot. */
  static Path lasting(Machine machine) {
    return service(machine, "STATE_DIRECTORY")
        .or(() -> Optional.of(system(machine)).filter(path -> Files.isWritable(existing(path))))
        .or(() -> folder(machine, "XDG_STATE_HOME").map(folder -> folder.resolve(NAME)))
        .orElseGet(() -> home(machine).resolve(".local/state").resolve(NAME));
  }

  /** Of an agent that is root. */
  static Path system(Machine machine) {
    return machine.runDirectory().resolveSibling("var/lib").resolve(NAME);
  }

  private static Path existing(Path path) {
    return Files.exists(path) || path.getParent() == null ? path : existing(path.getParent());
  }

  /** A folder of the unit's, which it has whatever user it runs as. */
  private static Optional<Path> service(Machine machine, String variable) {
    String folders = machine.environment().getOrDefault(variable, "");
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
