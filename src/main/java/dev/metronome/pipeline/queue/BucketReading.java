package dev.metronome.pipeline.queue;

import dev.metronome.consul.BlockingRead;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Snapshot;
import dev.metronome.model.record.Keys;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Reads the event queue again and again: its current bucket alone while all that waits stands
 * there, else all of it. So the watch of a queue that has seen many events scans the deleted keys
 * of one bucket only (decision 45).
 *
 * <p>The current bucket is the one with a folder key: the transaction that turns it takes the key
 * away, which wakes who waits there.
 *
 * <p>Used by one thread; {@link #widen} by any.
 */
final class BucketReading implements BlockingRead<List<Entry>> {

  private final ConsulConnection connection;
  private final Keys keys;
  private OptionalLong bucket = OptionalLong.empty();
  private volatile boolean widened;

  BucketReading(ConsulConnection connection, Keys keys) {
    this.connection = connection;
    this.keys = keys;
  }

  /** The next read is of all: something may wait elsewhere. */
  void widen() {
    widened = true;
  }

  @Override
  public Snapshot<List<Entry>> read(long index, Duration wait) throws InterruptedException {
    if (index == 0 || widened) {
      return all(0, wait);
    }
    if (bucket.isEmpty()) {
      return all(index, wait);
    }
    String folder = keys.bucket(bucket.getAsLong());
    Snapshot<List<Entry>> seen = connection.changes(folder).read(index, wait);
    boolean current = seen.value().stream().anyMatch(entry -> entry.key().equals(folder));
    return current ? seen : all(0, wait);
  }

  private Snapshot<List<Entry>> all(long index, Duration wait) throws InterruptedException {
    widened = false;
    Snapshot<List<Entry>> all = connection.changes(keys.eventQueue()).read(index, wait);
    bucket = only(all.value());
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
