package dev.metronome.cli.picture;

import java.io.PrintStream;
import java.time.Clock;
import java.util.Map;

/** Which view suits who is watching. */
public final class Views {

  private Views() {}

  /** For a person at a terminal: a picture that moves, in place. */
  public static EventPicture live(PrintStream terminal, Map<String, String> environment) {
    return new LivePicture(terminal, Screen.of(environment));
  }

  /** For a person who wants to see nothing else; to be closed. */
  public static FullScreen full(PrintStream terminal, Map<String, String> environment) {
    return new FullScreen(terminal, () -> Screen.of(environment), Clock.systemUTC());
  }

  /** For a file, a pipe or a log. */
  public static EventPicture plain(PrintStream lines) {
    return new PlainLines(lines);
  }
}
