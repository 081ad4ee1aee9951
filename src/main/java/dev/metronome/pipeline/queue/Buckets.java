package dev.metronome.pipeline.queue;

import dev.metronome.consul.Commit;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The buckets of the event queue: folders that are filled one after another, so that the leader's
 * watch never scans more than one bucket's deleted keys (decision 45). Thread-safe.
 *
 * <p><em>Guarantees</em>: nothing is accepted into a bucket that has been left, since each accept
 * checks the index of the key that names the current one; of two who turn it one is refused.
 */
public final class Buckets {

  /** How many operations it takes to accept an event, beside the check of the bucket. */
  public static final int OPERATIONS = 5;

  /** How many of them ask whether an event is known. */
  static final int CHECKS = 3;

  /** So many events are taken out of a bucket before it is left. */
  static final int EVENTS = 256;

  private static final Logger LOG = LoggerFactory.getLogger(Buckets.class);

  /** More than one folder is what somebody has put back. */
  private static final int MOST_FOLDERS = 32;

  private final ConsulConnection connection;
  private final Keys keys;
  private volatile Bucket known;
  private int taken;
  private boolean misplaced;
  private List<String> folders = List.of();

  /**
   * The current bucket.
   *
   * @param index ModifyIndex of the key that names it
   */
  private record Bucket(long number, long index) {}

  public Buckets(ConsulConnection connection, Keys keys) {
    this.connection = connection;
    this.keys = keys;
  }

  /** The keys of those buckets' folders that are among these. */
  static List<String> folders(Keys keys, List<Entry> entries) {
    return entries.stream()
        .map(Entry::key)
        .filter(key -> key.endsWith("/") && keys.bucketOf(key).isPresent())
        .filter(key -> keys.bucket(keys.bucketOf(key).getAsLong()).equals(key))
        .toList();
  }

  /**
   * Commits what puts events into the current bucket, again for each time that it has been turned.
   *
   * @param accepting for the number of the bucket; what refuses it is numbered as in there
   */
  // INVARIANT: promise 1, no event waits where nobody looks.
  public Commit commit(LongFunction<Transaction> accepting) {
    while (true) {
      Bucket bucket = current();
      Commit commit =
          connection.commit(
              new Transaction()
                  .checkIndex(keys.queueBucket(), bucket.index())
                  .and(accepting.apply(bucket.number())));
      if (!(commit instanceof Commit.Refused refused)) {
        return commit;
      }
      if (refused.operations().stream().noneMatch(operation -> operation == 0)) {
        return new Commit.Refused(
            refused.operation() - 1,
            refused.why(),
            refused.operations().stream().map(operation -> operation - 1).toList());
      }
      known = null;
    }
  }

  private Bucket current() {
    Bucket bucket = known;
    while (bucket == null) {
      Optional<Entry> entry = connection.get(keys.queueBucket());
      OptionalLong number = number(entry);
      if (number.isPresent()) {
        bucket = new Bucket(number.getAsLong(), entry.orElseThrow().modifyIndex());
      } else {
        connection.commit(naming(entry, 1));
      }
    }
    known = bucket;
    return bucket;
  }

  private static OptionalLong number(Optional<Entry> entry) {
    return entry
        .map(there -> Keys.bucketNumber(new String(there.value(), StandardCharsets.UTF_8)))
        .orElse(OptionalLong.empty());
  }

  /** Makes a bucket the current one, if the key that names it is still as it was read. */
  private Transaction naming(Optional<Entry> before, long number) {
    String key = keys.queueBucket();
    byte[] value = Long.toString(number).getBytes(StandardCharsets.UTF_8);
    Transaction naming =
        before.isPresent() ? new Transaction("turn") : new Transaction("first bucket");
    before.ifPresentOrElse(
        entry -> naming.compareAndSet(key, value, entry.modifyIndex()),
        () -> naming.checkNotExists(key).set(key, value));
    return naming.set(keys.bucket(number), new byte[0]);
  }

  // INVARIANT: promise 2, one record per event ID.
  Transaction unknown(String eventId) {
    return new Transaction()
        .checkNotExists(keys.result(eventId))
        .checkNotExists(keys.queued(eventId))
        .checkNotExists(keys.eventOutsideBuckets(eventId));
  }

  /**
   * Accepts an event, if it is not known.
   *
   * @param place of the event among those of the transaction
   */
  public Transaction accepting(long bucket, Event event, int place) {
    byte[] number = Long.toString(bucket).getBytes(StandardCharsets.UTF_8);
    return unknown(event.id())
        .set(keys.queued(event.id()), number)
        .set(
            keys.event(bucket, event.id()),
            Json.write(event),
            event.isAhead() ? Ahead.FLAG + place : place);
  }

  /** The event with this ID, if it waits, wherever. */
  public Optional<Entry> find(String eventId) {
    OptionalLong bucket = number(connection.get(keys.queued(eventId)));
    Optional<Entry> found =
        bucket.isPresent()
            ? connection.get(keys.event(bucket.getAsLong(), eventId))
            : Optional.empty();
    return found.or(() -> search(eventId));
  }

  /** It was put outside buckets, or back by somebody. */
  private Optional<Entry> search(String eventId) {
    return connection.names(keys.eventQueue()).stream()
        .filter(key -> keys.eventId(key).filter(eventId::equals).isPresent())
        .findFirst()
        .flatMap(connection::get);
  }

  /** Takes an event out of the queue, if it is as it was read. */
  public Transaction removal(String eventId, Entry entry) {
    return new Transaction()
        .compareAndDelete(entry.key(), entry.modifyIndex())
        .delete(keys.queued(eventId));
  }

  /**
   * Forgets the IDs of events that somebody has deleted: they would be duplicates for ever.
   *
   * @param fence fails each removal if it no longer holds
   * @return how many
   */
  public int forgetDeleted(Transaction fence) {
    String prefix = keys.queued("");
    List<String> queued = connection.names(prefix); // first: what is accepted meanwhile is no news
    Set<String> waiting =
        connection.names(keys.eventQueue()).stream()
            .flatMap(key -> keys.eventId(key).stream())
            .collect(Collectors.toSet());
    int forgotten = 0;
    for (String key : queued) {
      String id = key.substring(prefix.length());
      if (!waiting.contains(id) && forget(fence, id)) {
        forgotten++;
      }
    }
    return forgotten;
  }

  private boolean forget(Transaction fence, String id) {
    Optional<Entry> entry = connection.get(keys.queued(id));
    Transaction forget = new Transaction("retain").and(fence);
    number(entry).ifPresent(bucket -> forget.checkNotExists(keys.event(bucket, id)));
    return entry.isPresent()
        && connection
            .commit(forget.compareAndDelete(keys.queued(id), entry.get().modifyIndex()))
            .isDone();
  }

  /** What the leader has read, of the current bucket or of all. Returns whether to turn it. */
  synchronized boolean observe(List<Entry> entries) {
    folders = folders(keys, entries);
    misplaced = folders.size() != 1 || younger(entries, folders.get(0)).findAny().isPresent();
    return isDue();
  }

  /** Events that came into another bucket after this one became the current one. */
  private Stream<Entry> younger(List<Entry> entries, String folder) {
    long since =
        entries.stream()
            .filter(entry -> entry.key().equals(folder))
            .mapToLong(Entry::createIndex)
            .max()
            .orElse(0);
    return entries.stream()
        .filter(entry -> keys.bucketOf(entry.key()).isPresent())
        .filter(entry -> !entry.key().startsWith(folder) && entry.createIndex() > since);
  }

  /** An event was taken out of the queue. */
  synchronized void taken() {
    taken++;
  }

  private boolean isDue() {
    return misplaced || taken >= EVENTS;
  }

  /**
   * Turns the bucket, if it is time to, or if the current one is not what it should be: somebody
   * has deleted keys, or put back old ones.
   */
  // INVARIANT: promise 5, a leader that lost its session writes nothing.
  synchronized void tend(Transaction fence) {
    if (isDue() && taken < EVENTS) {
      observe(connection.list(keys.eventQueue()).value()); // it may have been made meanwhile
    }
    if (!isDue()) {
      return;
    }
    Optional<Entry> entry = connection.get(keys.queueBucket());
    long before = number(entry).orElse(0);
    long newest = folders.stream().mapToLong(key -> keys.bucketOf(key).orElse(0)).max().orElse(0);
    long next = Math.max(before, newest) + 1;
    Transaction turn = new Transaction().and(fence).and(naming(entry, next));
    Stream.concat(folders.stream(), Stream.of(keys.bucket(before)))
        .distinct()
        .limit(MOST_FOLDERS)
        .forEach(turn::delete);
    if (connection.commit(turn) instanceof Commit.Done done) {
      LOG.debug("event-queue bucket={} state=current", next);
      known = new Bucket(next, done.index());
      folders = List.of(keys.bucket(next));
      misplaced = false;
      taken = 0;
    }
  }
}
