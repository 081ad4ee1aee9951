package dev.metronome.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a command that is given a file of configuration, and nothing else, would accept events as
 * this process does: at the same Consul, under the same prefix, by the same rules, with nothing to
 * say about its configuration. Looks at the disk each time.
 *
 * <p><em>Does not guarantee</em> to see that it would, only that it would not.
 */
final class SameCommand {

  private static final Set<String> LOUD = Set.of("info", "debug");

  private final Configuration own;
  private final Machine machine;

  /**
   * @param machine of this process
   */
  SameCommand(Configuration own, Machine machine) {
    this.own = own;
    this.machine = machine;
  }

  /**
   * @param file as the command names it; empty if there is none
   */
  boolean isWith(Optional<Path> file) {
    if (!file.equals(own.file().map(path -> path.toAbsolutePath().normalize()))) {
      return false;
    }
    try {
      return isSame(read());
    } catch (ConfigurationException e) {
      return false;
    }
  }

  /** The same file as it is now, without flags and variables. */
  private Configuration read() {
    Machine bare =
        new Machine(
            Map.of(),
            machine.workingDirectory(),
            machine.configDirectory(),
            machine.runDirectory());
    return new ConfigurationReader(bare).read(own.file().map(Path::toString), Map.of(), List.of());
  }

  private boolean isSame(Configuration command) {
    return command.file().equals(own.file())
        && command.warnings().isEmpty()
        && !command.flag("debug")
        && !(command.isSet("log-level") && LOUD.contains(command.text("log-level")))
        && command.number("queue-limit") == own.number("queue-limit")
        && Settings.all().stream()
            .filter(setting -> setting.group() == Group.CONSUL)
            .allMatch(setting -> isSame(setting, command));
  }

  /** A path that is not absolute leads elsewhere from another folder. */
  private boolean isSame(Setting setting, Configuration command) {
    String text = command.text(setting.key());
    return text.equals(own.text(setting.key()))
        && (setting.kind() != Kind.FILE || text.isEmpty() || Path.of(text).isAbsolute());
  }
}
