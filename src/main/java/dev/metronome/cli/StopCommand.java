package dev.metronome.cli;

import dev.metronome.agent.systemd.SystemService;

/** Stops the service. */
@picocli.CommandLine.Command(
    name = "stop",
    description = "Stop the service; a running operation has grace-period to end",
    footer = "metronome stop")
final class StopCommand implements StandaloneCommand {
  @Override
  public ExitCode run(Terminal terminal) throws InterruptedException {
    return ServiceCommand.run(
        terminal, SystemService::stop, "The service has been stopped.", "The service did not run.");
  }
}
