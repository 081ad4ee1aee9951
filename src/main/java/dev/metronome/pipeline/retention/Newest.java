package dev.metronome.pipeline.retention;

import java.util.PriorityQueue;

/** The newest of all that go by, so many at most. Not thread-safe. */
final class Newest {

  private final int most;
  private final PriorityQueue<Ended> kept = new PriorityQueue<>(Ended.OLDEST);

  Newest(int most) {
    this.most = most;
  }

  void see(Ended event) {
    kept.add(event);
    if (kept.size() > most) {
      kept.remove();
    }
  }

  /** Whether it is older than each of them, and there are as many as there may be. */
  boolean isBeyond(Ended event) {
    return kept.size() == most && (most == 0 || Ended.OLDEST.compare(event, kept.peek()) < 0);
  }
}
