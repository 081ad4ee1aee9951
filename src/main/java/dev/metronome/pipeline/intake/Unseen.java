package dev.metronome.pipeline.intake;

import dev.metronome.consul.UserEvent;
import dev.metronome.consul.UserEvents;
import java.util.List;

/**
 * What of a ring of user events has not been seen.
 *
 * @param events the oldest first
 * @param mayBeMore whether others may have left the ring before it was looked at
 */
record Unseen(List<UserEvent> events, boolean mayBeMore) {

  /**
   * Everything behind the event that was seen last; all of it if that has left the ring. A ring
   * that is not full has lost nothing: its Consul agent has begun anew.
   *
   * @param last the ID of the event that was seen last; empty for none
   */
  static Unseen of(List<UserEvent> ring, String last) {
    for (int at = ring.size() - 1; at >= 0; at--) {
      if (ring.get(at).id().equals(last)) {
        return new Unseen(ring.subList(at + 1, ring.size()), false);
      }
    }
    return new Unseen(ring, ring.size() >= UserEvents.RING);
  }
}
