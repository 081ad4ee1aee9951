package dev.metronome.state;

import java.util.List;

/**
 * What waits to be dispatched.
 *
 * @param waiting how many events
 * @param events the first of them, in their order; fewer than {@code waiting} if it is long
 * @param newer those of the first that a newer agent wrote; they stay, and hold up the others
 */
public record QueueView(int waiting, List<EventSummary> events, List<LeftAlone> newer) {
  public QueueView {
    events = List.copyOf(events);
    newer = List.copyOf(newer);
  }

  /** Without any that a newer agent wrote. */
  public QueueView(int waiting, List<EventSummary> events) {
    this(waiting, events, List.of());
  }
}
