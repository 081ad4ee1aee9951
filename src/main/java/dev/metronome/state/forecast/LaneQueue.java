package dev.metronome.state.forecast;

import dev.metronome.model.schedule.Schedule;
import java.util.List;
import java.util.Optional;

/** What is before an event that would be fired now. */
@FunctionalInterface
public interface LaneQueue {

  /**
   * What is in progress in a lane, and then what waits for it, in its order.
   *
   * @param files tell the lane of what waits
   */
  Content of(String lane, Schedule files);

  /**
   * What there is.
   *
   * @param further how many wait besides, in all lanes, if they are too many to be read
   */
  record Content(List<EventAhead> events, Optional<Integer> further) {
    public Content {
      events = List.copyOf(events);
    }
  }
}
