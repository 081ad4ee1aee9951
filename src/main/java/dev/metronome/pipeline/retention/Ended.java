package dev.metronome.pipeline.retention;

import dev.metronome.model.record.EventResult;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;

/**
 * An event that has ended.
 *
 * @param index ModifyIndex of its result
 * @param origin whether somebody may send it again by themselves
 */
record Ended(String id, long index, Instant at, Origin origin) {

  /** By the time of its end; of two that ended together, by ID, so that the order is total. */
  static final Comparator<Ended> OLDEST = Comparator.comparing(Ended::at).thenComparing(Ended::id);

  /** How the event came in. */
  enum Origin {
    /** Its sender sent it once, under an ID of its own. */
    SENT,
    /** Consul's agents remember their newest user events and offer them to each new listener. */
    REMEMBERED_BY_CONSUL
  }

  private static final Set<String> SENT_ONCE = Set.of("fire", "route");

  /** Empty if it has not ended. */
  static Optional<Ended> of(EventResult result, long index) {
    boolean sent = result.source().filter(SENT_ONCE::contains).isPresent();
    return result
        .finishedAt()
        .filter(at -> result.status().isFinal())
        .map(
            at ->
                new Ended(
                    result.id(), index, at, sent ? Origin.SENT : Origin.REMEMBERED_BY_CONSUL));
  }
}
