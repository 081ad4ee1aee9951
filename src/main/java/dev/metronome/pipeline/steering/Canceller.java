package dev.metronome.pipeline.steering;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Cancellation;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Slot;
import dev.metronome.pipeline.queue.Buckets;
import java.util.Optional;

/**
 * Cancels events (transactions <em>drop</em> and <em>cancel</em>, decision 10). Thread-safe.
 *
 * <p><em>Guarantees</em>: an event that waits is taken out of the queue and has its result in the
 * same transaction; of one in progress the wish stands in its plan, by compare-and-set, so that the
 * leader can neither close a task nor end the event without having seen it; whoever leads ends the
 * event as cancelled. A final state never changes. Cancelling again is the same as once.
 */
public final class Canceller {

  /** Each attempt is lost to another writer of the same plan, of which there are few. */
  private static final int ATTEMPTS = 50;

  private final ConsulConnection connection;
  private final Keys keys;
  private final Buckets buckets;

  public Canceller(ConsulConnection connection, Keys keys) {
    this.connection = connection;
    this.keys = keys;
    this.buckets = new Buckets(connection, keys);
  }

  /** What came of it. */
  public sealed interface Answer {

    /** It waited, and has ended now. */
    record Removed(EventResult result) implements Answer {}

    /**
     * It is in progress, and will end so.
     *
     * @param standing the wish that stands; somebody else's, if that was first
     */
    record Accepted(Cancellation standing) implements Answer {}

    /** It had ended before. */
    record Ended(EventResult result) implements Answer {}

    /** The original has begun it: nothing of ours runs it, and its results never change. */
    record Foreign() implements Answer {}

    /** There is no such event. */
    record Unknown() implements Answer {}

    /** Others have changed it all the time; trying again is safe. */
    record Contended() implements Answer {}
  }

  /** Cancels an event, wherever it stands. */
  public Answer cancel(String eventId, Cancellation wanted) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<Answer> answer =
          running(eventId, wanted)
              .or(() -> waiting(eventId, wanted))
              .or(() -> ended(eventId, wanted));
      if (answer.isPresent() && !(answer.get() instanceof Answer.Contended)) {
        return answer.get();
      }
      if (answer.isEmpty() && attempt > 0) {
        return new Answer.Unknown(); // looked twice: between two reads it may have moved
      }
    }
    return new Answer.Contended();
  }

  /**
   * Takes an event out of the queue, but lets it be if it has been dispatched.
   *
   * @return empty if it does not wait
   */
  public Optional<Answer> drop(String eventId, Cancellation wanted) {
    return waiting(eventId, wanted);
  }

  private Optional<Answer> running(String eventId, Cancellation wanted) {
    for (Entry slot : connection.list(keys.progressQueue()).value()) {
      Optional<Plan> found = plan(slot).filter(plan -> plan.event().id().equals(eventId));
      if (found.isPresent()) {
        return Optional.of(cancel(slot, found.get(), wanted));
      }
    }
    return Optional.empty();
  }

  private Answer cancel(Entry slot, Plan plan, Cancellation wanted) {
    if (plan.cancelled().isPresent()) {
      return new Answer.Accepted(plan.cancelled().get());
    }
    Transaction cancel =
        new Transaction("cancel")
            .compareAndSet(slot.key(), Json.write(plan.cancel(wanted)), slot.modifyIndex());
    return connection.commit(cancel).isDone()
        ? new Answer.Accepted(wanted)
        : new Answer.Contended();
  }

  /** What stands in one that cannot be read harms no other event. */
  private Optional<Plan> plan(Entry slot) {
    return Slot.name(keys, slot.key(), slot.value())
        .filter(name -> !Slot.isVacant(slot.value()))
        .flatMap(name -> Json.readable(slot.key(), slot.value(), Plan.class));
  }

  private Optional<Answer> waiting(String eventId, Cancellation wanted) {
    Optional<Entry> entry = buckets.find(eventId);
    if (entry.isEmpty()) {
      return Optional.empty();
    }
    Event event = Json.read(entry.get().key(), entry.get().value(), Event.class);
    EventResult result =
        EventResult.ended(event, wanted.at(), wanted.at(), wanted.outcome())
            .cancelled(Optional.of(wanted));
    Transaction drop =
        new Transaction("drop")
            .and(buckets.removal(eventId, entry.get()))
            .checkNotExists(keys.result(eventId))
            .set(keys.result(eventId), Json.write(result));
    boolean done = connection.commit(drop).isDone();
    return Optional.of(done ? new Answer.Removed(result) : new Answer.Contended());
  }

  private Optional<Answer> ended(String eventId, Cancellation wanted) {
    return connection
        .get(keys.result(eventId))
        .map(entry -> Json.read(entry.key(), entry.value(), EventResult.class))
        .map(
            result -> {
              boolean own = result.cancelled().filter(wanted::equals).isPresent();
              return result.status().isFinal()
                  ? own ? new Answer.Removed(result) : new Answer.Ended(result)
                  : result.fromOriginal() ? new Answer.Foreign() : new Answer.Contended();
            });
  }
}
