package dev.metronome.telemetry.vitals;

import dev.metronome.model.record.NewerRecordException;
import dev.metronome.model.record.UnreadableRecordException;
import dev.metronome.pipeline.queue.Queue;
import dev.metronome.pipeline.queue.QueueItem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;

/**
 * How long a queue is and how old its oldest item, as this agent's consumer of the queue knows it.
 *
 * <p><em>Does not guarantee</em> to know of every item: an agent that does not consume the queue
 * knows none, and one that does knows at most 1,000 and may be a poll interval late.
 *
 * @param name the queue's name in routes
 * @param since when an item came into the queue
 */
public record QueueVitals(
    String name, Queue queue, Function<QueueItem, Instant> since, Clock clock) {

  public int depth() {
    return queue.view().size();
  }

  /** Zero if nothing waits, or if the oldest item cannot be read. */
  public Duration oldest() {
    try {
      return queue.view().head().map(since).map(this::age).orElse(Duration.ZERO);
    } catch (UnreadableRecordException | NewerRecordException e) {
      return Duration.ZERO;
    }
  }

  private Duration age(Instant then) {
    Duration age = Duration.between(then, clock.instant());
    return age.isNegative() ? Duration.ZERO : age; // two clocks may be a little apart
  }
}
