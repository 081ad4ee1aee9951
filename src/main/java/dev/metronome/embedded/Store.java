package dev.metronome.embedded;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The state of the one server: its tables, its Raft index and its lock.
 *
 * <p><b>Guarantees:</b> a write is seen whole or not at all, has an index of its own, and wakes the
 * queries that wait for it after it is complete.
 *
 * <p>Threads: any. The tables are to be used inside {@link #write}, {@link #read} and {@link #ask}
 * only.
 */
final class Store {
  private static final Duration DEFAULT_WAIT = Duration.ofMinutes(5);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

  private final ReentrantLock lock = new ReentrantLock();
  private final Watches watches = new Watches();
  private final Clock clock;
  private final Conditions conditions;
  private final StreamedViews views = new StreamedViews(this);
  private final KeyValueStore keys;
  private final CatalogStore catalog;
  private final SessionStore sessions;
  private long raftIndex = 5;

  Store(Clock clock, Conditions conditions) {
    this.clock = clock;
    this.conditions = conditions;
    TableIndexes indexes = new TableIndexes();
    keys = new KeyValueStore(indexes, clock);
    catalog = new CatalogStore(indexes);
    sessions = new SessionStore(indexes, catalog, keys, clock);
    catalog.onCriticalCheck(sessions::invalidateByCheck);
    catalog.onLostNode(sessions::invalidateByNode);
  }

  Conditions conditions() {
    return conditions;
  }

  StreamedViews views() {
    return views;
  }

  KeyValueStore keys() {
    return keys;
  }

  CatalogStore catalog() {
    return catalog;
  }

  SessionStore sessions() {
    return sessions;
  }

  Clock clock() {
    return clock;
  }

  /** Runs a write under an index of its own; if it throws, nothing of it remains. */
  <T> T write(Function<StoreCommit, T> action) {
    lock.lock();
    try {
      // As with Raft, a refused write has used up its index.
      StoreCommit commit = new StoreCommit(++raftIndex);
      try {
        T result = action.apply(commit);
        watches.fire(commit);
        return result;
      } catch (RuntimeException e) {
        commit.rollBack();
        throw e;
      }
    } finally {
      lock.unlock();
    }
  }

  <T> T read(Supplier<T> query) {
    lock.lock();
    try {
      return query.get();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Answers a query, waiting for something newer if the request asks for that.
   *
   * @throws CutAnswer if the wait is longer than an answer may take
   */
  Reply ask(HttpRequest request, Supplier<QueryAnswer> query) throws InterruptedException {
    long seen = request.index();
    long wait = waitOf(request);
    long longest = conditions.longestAnswer().map(Duration::toNanos).orElse(Long.MAX_VALUE);
    long deadline = System.nanoTime() + Math.min(wait, longest);
    while (true) {
      QueryAnswer answer;
      Watches.Watch watch;
      lock.lock();
      try {
        answer = query.get();
        if (seen == 0 || !answer.isKnownTo(seen)) {
          return answer.indexedReply();
        }
        watch = watches.open(answer.wakes());
      } finally {
        lock.unlock();
      }
      if (!await(watch, deadline)) {
        if (wait > longest) {
          throw new CutAnswer();
        }
        return answer.indexedReply();
      }
    }
  }

  private boolean await(Watches.Watch watch, long deadline) throws InterruptedException {
    try {
      return watch.await(deadline - System.nanoTime());
    } finally {
      lock.lock();
      try {
        watches.close(watch);
      } finally {
        lock.unlock();
      }
    }
  }

  private static long waitOf(HttpRequest request) {
    Duration asked = request.waitTime();
    Duration wait = asked.isZero() ? DEFAULT_WAIT : asked;
    long nanos = (wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait).toNanos();
    return nanos + ThreadLocalRandom.current().nextLong(nanos / 16 + 1);
  }
}
