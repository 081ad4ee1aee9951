package dev.metronome.pipeline.queue;

import dev.metronome.consul.Commit;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Reason;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rejects events that do not come with the parameters that task files declare, before anything is
 * queued. Who has sent one hears so at once; of a user event, whose sender hears nothing, the
 * result tells (transaction <em>reject</em>, docs/protocol.md, "Transactions").
 */
final class Rejector {

  private static final Logger LOG = LoggerFactory.getLogger(EventQueue.class);

  private final ConsulConnection connection;
  private final Keys keys;
  private final Buckets buckets;
  private final Clock clock;
  private final EventQueue.Objection objection;

  Rejector(
      ConsulConnection connection,
      Keys keys,
      Buckets buckets,
      Clock clock,
      EventQueue.Objection objection) {
    this.connection = connection;
    this.keys = keys;
    this.buckets = buckets;
    this.clock = clock;
    this.objection = objection;
  }

  /**
   * What became of those that may not pass, by ID.
   *
   * @throws RejectedEventException if the sender of one of them can be told
   */
  Map<String, Queue.Receipt> rejected(List<Event> events) {
    Map<Event, String> rejected = new LinkedHashMap<>();
    for (Event event : events) {
      objection.to(event).ifPresent(why -> rejected.put(event, why));
    }
    for (Map.Entry<Event, String> each : rejected.entrySet()) {
      if (!each.getKey().isUserEvent()) {
        throw new RejectedEventException(each.getKey(), each.getValue());
      }
    }
    Map<String, Queue.Receipt> receipts = new LinkedHashMap<>();
    rejected.forEach((event, why) -> receipts.put(event.id(), reject(event, why)));
    return receipts;
  }

  // INVARIANT: promise 2, one record per event ID: every agent sees the event, one of them ends it.
  private Queue.Receipt reject(Event event, String why) {
    Instant now = clock.instant();
    Outcome how =
        Outcome.error(
            Reason.FAILED,
            "the event was rejected: " + why + "; a user event has no parameters, send it by fire");
    Commit commit =
        connection.commit(
            new Transaction("reject")
                .and(buckets.unknown(event.id()))
                .set(keys.result(event.id()), Json.write(EventResult.ended(event, now, now, how))));
    if (!commit.isDone()) {
      return Queue.Receipt.DUPLICATE;
    }
    LOG.warn("event={} name={} state=rejected {}", event.id(), event.name(), why);
    return Queue.Receipt.REJECTED;
  }
}
