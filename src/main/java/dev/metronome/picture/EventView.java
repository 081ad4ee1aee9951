package dev.metronome.picture;

import dev.metronome.result.EventState;

/** Shows one event from its acceptance to its end. */
public interface EventView {

  /** How the event stands now; called again and again, also without a change. */
  void show(EventState state);

  /** Shows nothing at all. */
  static EventView none() {
    return state -> {};
  }
}
