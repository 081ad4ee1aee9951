package dev.metronome.cli.picture;

import dev.metronome.state.EventState;
import java.util.Optional;

/** Shows one event from its acceptance to its end. */
public interface EventPicture {

  /** How the event stands now; called again and again, also without a change. */
  void show(EventState state);

  /** A sentence about it that is shown from now on, or none. */
  default void note(Optional<String> sentence) {}

  /** Shows nothing at all. */
  static EventPicture none() {
    return state -> {};
  }
}
