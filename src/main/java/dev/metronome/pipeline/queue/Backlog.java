package dev.metronome.pipeline.queue;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.model.record.Keys;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many more items a queue may hold. Names are counted in Consul, the more often the nearer the
 * limit is; what this process puts meanwhile is counted here. Thread-safe.
 *
 * <p><em>Does not guarantee</em> the very number: what others put between two counts, at most ten
 * seconds and a thousandth of a second for each place left apart, may exceed the limit.
 */
final class Backlog {

  private static final Logger LOG = LoggerFactory.getLogger(Backlog.class);
  private static final long SHORTEST_MILLIS = 100;
  private static final long LONGEST_MILLIS = 10_000;

  private final ConsulConnection connection;
  private final Keys keys;
  private final int limit;
  private int waiting;
  private long countedNanos;
  private boolean counted;
  private boolean full;

  Backlog(ConsulConnection connection, Keys keys, int limit) {
    this.connection = connection;
    this.keys = keys;
    this.limit = limit;
  }

  int limit() {
    return limit;
  }

  /** How many may be put now; 0 if it is full. */
  synchronized int room() {
    if (!counted || isDue()) {
      waiting = count();
      countedNanos = System.nanoTime();
      counted = true;
    }
    int room = Math.max(0, limit - waiting);
    say(room == 0);
    return room;
  }

  /** This process has put so many. */
  synchronized void added(int items) {
    waiting += items;
  }

  private boolean isDue() {
    long pause = Math.max(SHORTEST_MILLIS, Math.min(LONGEST_MILLIS, limit - waiting));
    return System.nanoTime() - countedNanos >= TimeUnit.MILLISECONDS.toNanos(pause);
  }

  private int count() {
    return (int)
        connection.names(keys.eventQueue()).stream()
            .filter(key -> keys.eventId(key).isPresent())
            .count();
  }

  private void say(boolean now) {
    if (now != full) {
      full = now;
      LOG.info("queue={} state={} limit={}", keys.eventQueue(), now ? "full" : "open", limit);
    }
  }
}
