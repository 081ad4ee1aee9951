package dev.metronome.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Says which Metronome this is. */
@picocli.CommandLine.Command(
    name = "version",
    description = "Print the version",
    footer = "metronome version")
final class VersionCommand implements Command.Standalone {
  @Override
  public ExitCode run(Terminal terminal) {
    terminal.out().println("metronome " + current());
    return ExitCode.DONE;
  }

  static String current() {
    Properties properties = new Properties();
    try (InputStream in = VersionCommand.class.getResourceAsStream("/metronome.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("metronome.properties in the jar cannot be read", e);
    }
    return properties.getProperty("version");
  }
}
