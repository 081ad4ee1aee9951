package dev.metronome.cli;

/** The manual page, for whoever has the jar alone; packages bring it. */
@picocli.CommandLine.Command(
    name = "man",
    description = "Print the manual page, with every command and option",
    footer = {
      "metronome man | man -l -",
      "metronome man > /usr/local/share/man/man1/metronome.1",
    })
final class ManCommand implements Command.Standalone {
  @Override
  public ExitCode run(Terminal terminal) {
    terminal.out().print(ManPage.of(Syntax.parser().getCommandSpec(), VersionCommand.current()));
    return ExitCode.DONE;
  }
}
