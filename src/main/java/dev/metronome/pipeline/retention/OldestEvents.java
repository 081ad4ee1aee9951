package dev.metronome.pipeline.retention;

import java.time.Instant;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Chooses which events may go while all of them go by. Not thread-safe.
 *
 * <p><em>Guarantees</em>: memory in proportion to its limits, not to the number of events. Chosen
 * are the oldest of those that may go.
 */
final class OldestEvents {

  /**
   * How many user events are kept whatever their age: several times as many as a Consul agent
   * remembers (256). Of one without its result nobody would know that it has run.
   */
  static final int REMEMBERED = 1_024;

  private final Instant before;
  private final int most;
  private final Newest newest;
  private final Newest remembered = new Newest(REMEMBERED);
  private final PriorityQueue<Ended> oldest = new PriorityQueue<>(Ended.OLDEST.reversed());

  /**
   * @param before when an event must have ended to go
   * @param keptEvents how many of the newest stay whatever their age
   * @param most how many are chosen
   */
  OldestEvents(Instant before, int keptEvents, int most) {
    this.before = before;
    this.most = most;
    this.newest = new Newest(keptEvents);
  }

  void see(Ended event) {
    newest.see(event);
    if (event.origin() == Ended.Origin.REMEMBERED_BY_CONSUL) {
      remembered.see(event);
    }
    if (event.at().isBefore(before)) {
      oldest.add(event);
      if (oldest.size() > most) {
        oldest.remove();
      }
    }
  }

  // INVARIANT: promise 2, what Consul may still offer again is known to have run.
  private boolean mayGo(Ended event) {
    return newest.isBeyond(event)
        && (event.origin() == Ended.Origin.SENT || remembered.isBeyond(event));
  }

  /** Those that may go, the oldest first. */
  List<Ended> chosen() {
    return oldest.stream().filter(this::mayGo).sorted(Ended.OLDEST).toList();
  }
}
