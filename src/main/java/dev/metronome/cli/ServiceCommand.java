package dev.metronome.cli;

import dev.metronome.agent.systemd.Change;
import dev.metronome.agent.systemd.SystemService;
import dev.metronome.config.Machine;

/** What the commands of the machine's service have in common. */
final class ServiceCommand {
  private ServiceCommand() {}

  /** An action that may be repeated. */
  @FunctionalInterface
  interface Action {
    Change on(SystemService service) throws InterruptedException;
  }

  static SystemService service(Terminal terminal) {
    Machine machine = terminal.machine();
    return new SystemService(
        machine.runDirectory(),
        machine.configDirectory().resolveSibling("systemd/system"),
        machine.environment());
  }

  /** Does it and says which of the two it was. */
  static ExitCode run(Terminal terminal, Action action, String made, String none)
      throws InterruptedException {
    Change change = action.on(service(terminal));
    terminal.out().println(change == Change.MADE ? made : none);
    return ExitCode.DONE;
  }
}
