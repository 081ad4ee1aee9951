package dev.metronome.cli;

import dev.metronome.agent.systemd.Change;
import dev.metronome.agent.systemd.SystemService;
import dev.metronome.config.Machine;

/** The commands of the machine's service, and what they have in common. */
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

  /** Starts the service. */
  @picocli.CommandLine.Command(
      name = "start",
      description = "Start the service of this machine, and wait until it is ready",
      footer = "metronome start")
  static final class Start implements Command.Standalone {
    @Override
    public ExitCode run(Terminal terminal) throws InterruptedException {
      return ServiceCommand.run(
          terminal, SystemService::start, "The service has been started.", "The service runs.");
    }
  }

  /** Stops the service. */
  @picocli.CommandLine.Command(
      name = "stop",
      description = "Stop the service; a running operation has grace-period to end",
      footer = "metronome stop")
  static final class Stop implements Command.Standalone {
    @Override
    public ExitCode run(Terminal terminal) throws InterruptedException {
      return ServiceCommand.run(
          terminal,
          SystemService::stop,
          "The service has been stopped.",
          "The service did not run.");
    }
  }

  /** Removes the service. */
  @picocli.CommandLine.Command(
      name = "remove",
      description = "Stop the service and remove its unit; configuration stays",
      footer = "metronome remove")
  static final class Remove implements Command.Standalone {
    @Override
    public ExitCode run(Terminal terminal) throws InterruptedException {
      return ServiceCommand.run(
          terminal,
          SystemService::remove,
          "The service has been removed. Its configuration in "
              + terminal.machine().configDirectory()
              + " is left.",
          "The service is not installed.");
    }
  }
}
