package dev.metronome.telemetry.metrics;

import dev.metronome.pipeline.dispatch.Progress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Measures from the end of a task on its last node to the first claim of the next one, by the clock
 * of the leader alone: from when it sees the one to when it sees the other. Both sights are as late
 * as a watch is, so the difference is near the true time. Not thread-safe.
 */
final class Handover {

  private final LongSupplier nanos;
  private String eventId = "";
  private int ended = -1;
  private long endedNanos;

  Handover(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Returns how long a hand-over took if the leader has just seen its end. */
  Optional<Duration> seen(Progress progress) {
    String event = progress.plan().event().id();
    int no = progress.plan().current();
    boolean claimed = !progress.claims().isEmpty();
    Optional<Duration> took = Optional.empty();
    if (claimed && event.equals(eventId) && no == ended + 1) {
      took = Optional.of(Duration.ofNanos(nanos.getAsLong() - endedNanos));
      ended = -1;
    }
    boolean over = progress.allEnded() && progress.plan().later().isEmpty();
    if (claimed && over && !(event.equals(eventId) && no == ended)) {
      eventId = event;
      ended = no;
      endedNanos = nanos.getAsLong();
    }
    return took;
  }
}
