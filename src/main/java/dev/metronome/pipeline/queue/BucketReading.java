package dev.metronome.pipeline.queue;

import dev.metronome.consul.BlockingRead;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Snapshot;
import dev.metronome.model.record.Keys;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Reads the event queue again and again: its current bucket alone while all that waits stands
 * there, else all of it. So the watch of a queue that has seen many events scans the deleted keys
 * of one bucket only (decision 45). When nothing has come for as long as a read waits, it reads all
 * until something does, and so sees also what agents that know no buckets put there.
 *
 * <p>The current bucket is the one with a folder key: the transaction that turns it takes the key
 * away, which wakes who waits there.
 *
 * <p>Used by one thread; {@link #widen} by any.
 */
final class BucketReading implements BlockingRead<List<Entry>> {

  private final ConsulConnection connection;
  private final Keys keys;
  private long bucket;
  private volatile boolean widened;
  private volatile boolean whole = true;

  BucketReading(ConsulConnection connection, Keys keys) {
    this.connection = connection;
    this.keys = keys;
  }

  /** Whether it reads all of the queue at present. */
  boolean isWhole() {
    return whole;
  }

  /** The next read is of all: something may wait elsewhere. */
  void widen() {
    widened = true;
  }

  @Override
  public Snapshot<List<Entry>> read(long index, Duration wait) throws InterruptedException {
    if (index == 0 || (whole && !widened)) {
      return all(index, wait);
    }
    Optional<Snapshot<List<Entry>>> news = widened ? Optional.empty() : news(index, wait);
    return news.isPresent() ? news.get() : anew(index, wait);
  }

  /** Of the current bucket; empty if there is none, or it is another one. */
  private Optional<Snapshot<List<Entry>>> news(long index, Duration wait)
      throws InterruptedException {
    String folder = keys.bucket(bucket);
    Snapshot<List<Entry>> seen = connection.changes(folder).read(index, wait);
    boolean current = seen.value().stream().anyMatch(entry -> entry.key().equals(folder));
    return Optional.of(seen).filter(it -> current && it.index() > index);
  }

  /** All that has come, wherever; if there is none, all from now on, until there is. */
  private Snapshot<List<Entry>> anew(long index, Duration wait) throws InterruptedException {
    Snapshot<List<Entry>> all = all(0, wait);
    if (whole || all.index() != index) {
      return all;
    }
    whole = true;
    return all(index, wait);
  }

  private Snapshot<List<Entry>> all(long index, Duration wait) throws InterruptedException {
    widened = false;
    Snapshot<List<Entry>> all = connection.changes(keys.eventQueue()).read(index, wait);
    OptionalLong only = all.index() == index ? OptionalLong.empty() : only(all.value());
    whole = only.isEmpty();
    bucket = only.orElse(0);
    return all;
  }

  /** The one bucket with a folder, if there is no event but in it. */
  private OptionalLong only(List<Entry> all) {
    List<String> folders = Buckets.folders(keys, all);
    Stream<String> events =
        all.stream().map(Entry::key).filter(key -> keys.eventId(key).isPresent());
    boolean only = folders.size() == 1 && events.allMatch(key -> key.startsWith(folders.get(0)));
    return only ? keys.bucketOf(folders.get(0)) : OptionalLong.empty();
  }
}
