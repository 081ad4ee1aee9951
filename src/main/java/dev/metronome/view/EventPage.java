package dev.metronome.view;

import java.util.List;

/**
 * Some events, the newest first.
 *
 * @param events those that were asked for, up to the limit
 * @param matching how many there are of the kind that was asked for
 * @param total all events that have a result or wait
 */
public record EventPage(List<EventSummary> events, int matching, int total) {
  public EventPage {
    events = List.copyOf(events);
  }
}
