package dev.metronome.state;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which events are wanted.
 *
 * @param states none means any
 * @param since only those that came about at this time or later
 * @param limit how many at most
 */
public record EventQuery(Set<State> states, Optional<Instant> since, int limit) {
  public EventQuery {
    states = Set.copyOf(states);
    if (limit < 1) {
      throw new IllegalArgumentException("a limit must be at least 1, found " + limit);
    }
  }

  /** The newest, whatever they are. */
  public static EventQuery newest(int limit) {
    return new EventQuery(Set.of(), Optional.empty(), limit);
  }

  boolean wants(State status, Instant at) {
    boolean state = states.isEmpty() || states.contains(status);
    return state && since.filter(at::isBefore).isEmpty();
  }
}
