package dev.metronome.picture;

import java.io.PrintStream;
import java.util.Map;

/** Which view suits who is watching. */
public final class Views {

  private Views() {}

  /** For a person at a terminal: a picture that moves, in place. */
  public static EventView live(PrintStream terminal, Map<String, String> environment) {
    return new LivePicture(terminal, Screen.of(environment));
  }

  /** For a file, a pipe or a log. */
  public static EventView plain(PrintStream lines) {
    return new PlainLines(lines);
  }
}
