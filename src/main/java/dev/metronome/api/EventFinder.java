package dev.metronome.api;

import dev.metronome.record.Keys;
import dev.metronome.view.EventView;
import dev.metronome.view.Viewer;
import java.util.List;

/** Finds the event that a request means: by its ID, or by a beginning that only one has. */
final class EventFinder {
  private static final int SHORTEST = 4;
  private static final int CANDIDATES = 10;
  private static final String HINT = "GET /v1/events lists the events";

  private final Viewer viewer;

  EventFinder(Viewer viewer) {
    this.viewer = viewer;
  }

  /**
   * The event.
   *
   * @throws Trouble if there is none, or more than one
   */
  EventView event(String given) {
    demandId(given);
    return viewer // most ask by the whole ID
        .event(given)
        .or(() -> viewer.event(byBeginning(given)))
        .orElseThrow(() -> unknown(given));
  }

  /** The same, but its ID only. */
  String id(String given) {
    demandId(given);
    return byBeginning(given);
  }

  private static void demandId(String given) {
    if (!Keys.isSegment(given)) {
      throw Trouble.badRequest("that is no event ID", HINT);
    }
  }

  private String byBeginning(String given) {
    List<String> found = viewer.ids(given);
    if (found.contains(given)) {
      return given;
    }
    if (given.length() < SHORTEST) {
      throw Trouble.badRequest("`" + given + "` is too short", "give at least 4 characters");
    }
    if (found.isEmpty()) {
      throw unknown(given);
    }
    if (found.size() > 1) {
      throw Trouble.ambiguous(
          found.size() + " events have an ID that begins with `" + given + "`",
          found.subList(0, Math.min(CANDIDATES, found.size())));
    }
    return found.get(0);
  }

  private static Trouble unknown(String given) {
    return Trouble.notFound("no event has an ID that begins with `" + given + "`", HINT);
  }
}
