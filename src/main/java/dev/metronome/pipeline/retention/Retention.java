package dev.metronome.pipeline.retention;

import dev.metronome.consul.Commit;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Slot;
import dev.metronome.pipeline.dispatch.NotLeaderException;
import dev.metronome.pipeline.membership.Leadership;
import dev.metronome.pipeline.quarantine.Quarantine;
import dev.metronome.pipeline.queue.Buckets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the results of events that ended long ago.
 *
 * <p><em>Guarantees</em>: only the leader removes (fenced, promise 5), and only events that have
 * ended, are older than {@code keep} and are not among the newest {@code keep-events}; each with
 * its tasks, nodes and logs, or not at all. Of user events, which Consul may offer again, the
 * newest {@value Selection#REMEMBERED} stay as well.
 *
 * <p><em>Does not guarantee</em> that a removed event's ID is known any more: whoever sends an
 * event under the ID of one that was removed is not told that it is a duplicate.
 *
 * <p>Called by one thread at a time.
 */
public final class Retention {

  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

  /** What one search finds at most; the next one goes on. */
  private static final int MOST = 10_000;

  private static final int IN_TRANSACTION = (Transaction.MAX_OPERATIONS - 1) / Expired.OPERATIONS;

  private final ConsulConnection connection;
  private final Keys keys;
  private final Leadership leadership;
  private final Duration keep;
  private final int keepEvents;
  private final Clock clock;
  private int newer;

  /**
   * Events that are removed together.
   *
   * @param fence the session whose lock proves that this agent led when they were found
   * @param events as many as fit into a transaction
   */
  public record Batch(String fence, List<Expired> events) {
    public Batch {
      events = List.copyOf(events);
    }
  }

  /** What is in progress: the results of these events stay, whatever has become of them. */
  private record Slots(List<Entry> all) {

    boolean mayHold(String eventId) {
      return all.stream()
          .filter(slot -> !Slot.isVacant(slot.value()))
          .anyMatch(
              slot ->
                  !Json.readable(slot.key(), slot.value(), Plan.class)
                      .filter(plan -> !plan.event().id().equals(eventId))
                      .isPresent());
    }

    Transaction unchanged(Keys keys) {
      Transaction unchanged = new Transaction();
      all.forEach(slot -> unchanged.checkIndex(slot.key(), slot.modifyIndex()));
      String common = keys.plan(Keys.COMMON_LANE);
      return all.stream().anyMatch(slot -> slot.key().equals(common))
          ? unchanged
          : unchanged.checkNotExists(common);
    }
  }

  /**
   * @param keep how old an event may become
   * @param keepEvents how many of the newest stay whatever their age
   */
  public Retention(
      ConsulConnection connection,
      Keys keys,
      Leadership leadership,
      Duration keep,
      int keepEvents,
      Clock clock) {
    this.connection = connection;
    this.keys = keys;
    this.leadership = leadership;
    this.keep = keep;
    this.keepEvents = keepEvents;
    this.clock = clock;
  }

  /**
   * What may go now, in batches, the oldest first.
   *
   * @throws NotLeaderException if this agent does not lead
   */
  public List<Batch> expired() {
    String fence = leadership.fence().orElseThrow(NotLeaderException::new);
    int forgotten = new Buckets(connection, keys).forgetDeleted(fenced(fence));
    if (forgotten > 0) {
      LOG.warn("queued state=forgotten events={} were deleted from the event queue", forgotten);
    }
    Instant before = clock.instant().minus(keep);
    OldestEvents selection = new OldestEvents(before, keepEvents, MOST);
    Results results = new Results(connection, keys, keepEvents);
    results.walk(selection::see);
    Slots slots = new Slots(connection.list(keys.progressQueue()).value());
    results.unreadable().forEach(result -> setAside(result, slots, fence));
    sayNewer(results.newer());
    List<Expired> expired =
        Stream.concat(
                results.orphans().stream().map(id -> new Expired(id, OptionalLong.empty())),
                selection.chosen().stream()
                    .map(event -> new Expired(event.id(), OptionalLong.of(event.index()))))
            .filter(event -> !slots.mayHold(event.id()))
            .limit(MOST)
            .toList();
    if (!expired.isEmpty()) {
      LOG.info(
          "results state=expired events={} ended-before={}",
          expired.size(),
          before.truncatedTo(ChronoUnit.SECONDS));
    }
    return batches(fence, expired);
  }

  /**
   * An event that has a result stays known: in the place of what cannot be read stands that its end
   * is unknown. Not while it is in progress: its end is still to be written.
   */
  // INVARIANT: promise 7, an unreadable record is set aside with its key named in the log. Promise
  // 2, a removed result could no longer tell a duplicate.
  private void setAside(Results.Unreadable result, Slots slots, String fence) {
    String key = result.entry().key();
    String id = key.substring(keys.results().length());
    Instant now = clock.instant();
    Outcome how = Outcome.error(Reason.UNREADABLE, result.why().getMessage());
    Transaction replace =
        fenced(fence)
            .and(slots.unchanged(keys))
            .compareAndSet(
                key, Json.write(EventResult.unreadable(id, now, how)), result.entry().modifyIndex())
            .and(Quarantine.keeping(keys, result.entry(), result.why(), now));
    if (Keys.wasSegment(id) && !slots.mayHold(id) && connection.commit(replace).isDone()) {
      LOG.error("item={} state=set-aside {}", key, result.why().getMessage());
    }
  }

  private void sayNewer(int now) {
    if (now > newer) {
      LOG.warn("results state=left-alone events={} are of a newer agent and not removed", now);
    }
    newer = now;
  }

  /**
   * Removes what was set aside long ago, and the oldest of too much.
   *
   * @throws NotLeaderException if this agent does not lead
   */
  public void trimQuarantine() {
    String fence = leadership.fence().orElseThrow(NotLeaderException::new);
    int removed = new Quarantine(connection, keys).trim(fenced(fence), clock.instant().minus(keep));
    if (removed > 0) {
      LOG.info("quarantine state=trimmed records={}", removed);
    }
  }

  private Transaction fenced(String fence) {
    return new Transaction("retain").checkSession(leadership.key(), fence);
  }

  private static List<Batch> batches(String fence, List<Expired> expired) {
    List<Batch> batches = new ArrayList<>();
    for (int from = 0; from < expired.size(); from += IN_TRANSACTION) {
      batches.add(
          new Batch(fence, expired.subList(from, Math.min(expired.size(), from + IN_TRANSACTION))));
    }
    return batches;
  }

  /**
   * Removes a batch; what is no longer as it was found stays.
   *
   * @throws NotLeaderException if this agent does not lead any more
   */
  // INVARIANT: promise 5, a leader that lost its session writes nothing.
  public void remove(@Body Batch batch) {
    List<Expired> left = new ArrayList<>(batch.events());
    while (!left.isEmpty()
        && connection.commit(removal(batch.fence(), left)) instanceof Commit.Refused refused) {
      LOG.debug("results state=refused {}", refused.why());
      if (refused.operation() == 0) {
        leadership.suspect();
        throw new NotLeaderException();
      }
      left.remove((refused.operation() - 1) / Expired.OPERATIONS);
    }
  }

  private Transaction removal(String fence, List<Expired> events) {
    Transaction all = fenced(fence);
    events.forEach(event -> all.and(event.removal(keys)));
    return all;
  }
}
