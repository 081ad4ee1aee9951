package dev.metronome.pipeline.steering;

import dev.metronome.consul.Commit;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NewerRecordException;
import dev.metronome.model.record.Quarantined;
import dev.metronome.model.record.UnreadableRecordException;
import dev.metronome.model.signature.EventSignatures;
import dev.metronome.pipeline.quarantine.Quarantine;
import dev.metronome.pipeline.queue.Buckets;
import java.time.Instant;
import java.util.Optional;

/**
 * Has an event that was set aside run after all, as a new one (transaction <em>readmit</em>).
 * Thread-safe.
 *
 * <p><em>Guarantees</em>: the new event is accepted and the record leaves the quarantine in one
 * transaction. The event's old ID keeps its result: a final state never changes (promise 6).
 */
public final class Readmission {

  private final ConsulConnection connection;
  private final Keys keys;
  private final EventSignatures signatures;

  /**
   * @param signatures signs the new event, and looks at that of the old one
   */
  public Readmission(ConsulConnection connection, Keys keys, EventSignatures signatures) {
    this.connection = connection;
    this.keys = keys;
    this.signatures = signatures;
  }

  /**
   * Accepts the event anew.
   *
   * @param newId of the new event
   * @param by who wants it: user@host
   * @param traceparent whose trace it continues; absent: that of its first sender
   * @throws NotRetryableException if the record is no event that can be read; the message says why
   */
  public Event retry(
      Quarantine.Kept kept, String newId, String by, Instant at, Optional<String> traceparent) {
    Quarantined record = kept.record();
    Event old = event(record);
    Event plain =
        Event.of(newId, old.name(), old.params(), at, "retry", by)
            .limited(old.limit())
            .continuing(traceparent.or(old::traceparent));
    Event event = signatures.signLike(old, old.resume().map(plain::resuming).orElse(plain));
    Transaction dropping = new Quarantine(connection, keys).dropping(kept);
    Buckets buckets = new Buckets(connection, keys);
    Commit commit =
        buckets.commit(
            bucket ->
                new Transaction("readmit").and(buckets.accepting(bucket, event, 0)).and(dropping));
    if (!commit.isDone() && connection.get(keys.queued(newId)).isEmpty()) {
      throw new NotRetryableException(
          record.key() + " was taken out of the quarantine by somebody else a moment ago");
    }
    return event;
  }

  /** Why it cannot be retried, and what to do instead; nothing if it can. */
  public Optional<String> objection(Quarantine.Kept kept) {
    try {
      event(kept.record());
      return Optional.empty();
    } catch (NotRetryableException e) {
      return Optional.of(e.getMessage());
    }
  }

  private Event event(Quarantined record) {
    if (!record.key().startsWith(keys.eventQueue())) {
      throw new NotRetryableException(RecordKind.of(keys, record.key()).remedy());
    }
    if (!record.isWhole()) {
      throw new NotRetryableException(
          "only the first 64 KiB of " + record.key() + " were kept; fire the event anew");
    }
    Event old = read(record);
    signatures
        .refusal(old)
        .ifPresent(
            why -> {
              throw new NotRetryableException(
                  "it cannot be vouched for, since " + why + "; fire the event anew");
            });
    return old;
  }

  private static Event read(Quarantined record) {
    try {
      return Json.read(record.key(), record.bytes(), Event.class);
    } catch (UnreadableRecordException | NewerRecordException e) {
      throw new NotRetryableException(
          "it is still so that " + e.getMessage() + "; fire the event anew, and drop this");
    }
  }
}
