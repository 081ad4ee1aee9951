package dev.metronome.state;

import java.util.List;

/**
 * Some events, the newest first.
 *
 * @param events those that were asked for, up to the limit
 * @param matching how many there are of the kind that was asked for
 * @param total all events that have a result or wait
 * @param newer what a newer version wrote, so that this one cannot tell what it is; up to the limit
 */
public record EventPage(List<EventSummary> events, int matching, int total, List<LeftAlone> newer) {
  public EventPage {
    newer = List.copyOf(newer);
    events = List.copyOf(events);
  }
}
