package dev.metronome.cli;

import dev.metronome.agent.systemd.SystemService;

/** Removes the service. */
@picocli.CommandLine.Command(
    name = "remove",
    description = "Stop the service and remove its unit; configuration stays",
    footer = "metronome remove")
final class RemoveCommand implements StandaloneCommand {
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
