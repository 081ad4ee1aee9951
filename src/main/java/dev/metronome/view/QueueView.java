package dev.metronome.view;

import java.util.List;

/**
 * What waits to be dispatched.
 *
 * @param waiting how many events
 * @param events the first of them, in their order; fewer than {@code waiting} if it is long
 */
public record QueueView(int waiting, List<EventSummary> events) {
  public QueueView {
    events = List.copyOf(events);
  }
}
