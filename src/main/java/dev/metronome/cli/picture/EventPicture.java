package dev.metronome.cli.picture;

import dev.metronome.state.EventView;
import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;

/** Shows one event from its acceptance to its end. */
public interface EventPicture {

  /** How the event stands now; called again and again, also without a change. */
  void show(EventView event);

  /** A sentence about it that is shown from now on, or none. */
  default void note(Optional<String> sentence) {}

  /** For a person at a terminal: a picture that moves, in place. */
  static EventPicture live(PrintStream terminal, Map<String, String> environment) {
    return new LivePicture(terminal, Screen.of(environment));
  }

  /** For a file, a pipe or a log. */
  static EventPicture plain(PrintStream lines) {
    return new PlainLines(lines);
  }
}
