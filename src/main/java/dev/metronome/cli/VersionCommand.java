package dev.metronome.cli;

/** Says which Metronome this is. */
@picocli.CommandLine.Command(
    name = "version",
    description = "Print the version",
    footer = "metronome version")
final class VersionCommand implements StandaloneCommand {
  @Override
  public ExitCode run(Terminal terminal) {
    terminal.out().println("metronome " + Version.current());
    return ExitCode.DONE;
  }
}
