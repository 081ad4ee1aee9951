package dev.metronome.cli;

import dev.metronome.agent.systemd.SystemService;

/** Starts the service. */
@picocli.CommandLine.Command(
    name = "start",
    description = "Start the service of this machine, and wait until it is ready",
    footer = "metronome start")
final class StartCommand implements StandaloneCommand {
  @Override
  public ExitCode run(Terminal terminal) throws InterruptedException {
    return ServiceCommand.run(
        terminal, SystemService::start, "The service has been started.", "The service runs.");
  }
}
