package dev.metronome.state;

import dev.metronome.model.record.Keys;
import java.util.List;

/**
 * Finds the event that somebody means: by its ID, or by a beginning that only one has. Thread-safe.
 */
public final class EventFinder {
  /** So many characters of an event's ID are taken as all of it. */
  static final int SHORTEST = 4;

  private final Viewer viewer;

  public EventFinder(Viewer viewer) {
    this.viewer = viewer;
  }

  /**
   * The event.
   *
   * @throws UnclearIdException if there is none, or more than one
   */
  public EventView event(String given) {
    demandId(given);
    return viewer // most ask by the whole ID
        .event(given)
        .or(() -> viewer.event(byBeginning(given)))
        .orElseThrow(() -> new UnclearIdException(UnclearIdException.Fault.UNKNOWN, given));
  }

  /**
   * The same, but its ID only.
   *
   * @throws UnclearIdException if there is none, or more than one
   */
  public String id(String given) {
    demandId(given);
    return byBeginning(given);
  }

  private static void demandId(String given) {
    if (!Keys.isSegment(given)) {
      throw new UnclearIdException(UnclearIdException.Fault.IMPOSSIBLE, given);
    }
  }

  private String byBeginning(String given) {
    List<String> found = viewer.ids(given);
    if (found.contains(given)) {
      return given;
    }
    if (given.length() < SHORTEST) {
      throw new UnclearIdException(UnclearIdException.Fault.SHORT, given);
    }
    if (found.isEmpty()) {
      throw new UnclearIdException(UnclearIdException.Fault.UNKNOWN, given);
    }
    if (found.size() > 1) {
      throw new UnclearIdException(given, found);
    }
    return found.get(0);
  }
}
