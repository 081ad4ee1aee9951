package dev.metronome.pipeline.queue;

import dev.metronome.consul.Entry;
import dev.metronome.consul.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What this process knows of a queue: the beginning of it, from the last read, corrected by its own
 * writes since. Thread-safe.
 *
 * <p><em>Guarantees</em>: a read older than one's own last write does not undo what that write did
 * here (docs/protocol.md, "Transactions"); memory is bounded by a number of items.
 *
 * <p><em>Does not guarantee</em> to be up to date: whoever acts on it does so by compare-and-set.
 */
public final class QueueSnapshot {

  /** How many items are kept of a longer queue; the rest is read when these are done. */
  static final int CAPACITY = 1_000;

  /** After a restore of Consul's state indexes go back; then own writes count for so long only. */
  private static final Duration OWN_WRITE_COUNTS = Duration.ofSeconds(10);

  /** Raft's own order; keys of one transaction share its index, and their flags tell. */
  private static final Comparator<QueueItem> ORDER =
      Comparator.<QueueItem>comparingLong(item -> item.entry().createIndex())
          .thenComparingLong(item -> item.entry().flags());

  /** One that is there twice comes when the older one does, and the other is a duplicate then. */
  private static final BinaryOperator<Entry> OLDER =
      BinaryOperator.minBy(Comparator.comparingLong(Entry::createIndex));

  private final Function<String, Optional<String>> names;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, QueueItem> items = new LinkedHashMap<>();
  private long version;
  private long lookedAt;
  private long ownIndex;
  private long ownNanos = System.nanoTime();
  private boolean closed = true;
  private boolean known;

  public QueueSnapshot(String prefix) {
    this(key -> Optional.of(key).filter(k -> k.startsWith(prefix)).map(k -> after(prefix, k)));
  }

  /**
   * @param names what the item at a key is called, or, with a slash and more after it, the one that
   *     the key belongs to; empty if there is none
   */
  QueueSnapshot(Function<String, Optional<String>> names) {
    this.names = names;
  }

  private static String after(String prefix, String key) {
    return key.substring(prefix.length());
  }

  /** The oldest item. */
  public Optional<QueueItem> head() {
    lock.lock();
    try {
      return items.values().stream().findFirst();
    } finally {
      lock.unlock();
    }
  }

  /** The item with this ID, if it is known. */
  public Optional<QueueItem> item(String id) {
    lock.lock();
    try {
      return Optional.ofNullable(items.get(id));
    } finally {
      lock.unlock();
    }
  }

  /** Whether the queue has been read since the consumer started. */
  public boolean isKnown() {
    lock.lock();
    try {
      return known;
    } finally {
      lock.unlock();
    }
  }

  /** How many items are known. */
  public int size() {
    lock.lock();
    try {
      return items.size();
    } finally {
      lock.unlock();
    }
  }

  /** Takes over what a read returned. Returns whether it did. */
  public boolean accept(Snapshot<List<Entry>> snapshot) {
    lock.lock();
    try {
      if (snapshot.index() < ownIndex && isRecent(ownNanos)) {
        return false;
      }
      List<Long> before = indexes();
      items.clear();
      grouped(snapshot.value()).stream()
          .sorted(ORDER)
          .limit(CAPACITY)
          .forEach(item -> items.put(item.id(), item));
      boolean first = known == closed;
      known = !closed;
      if (first || !before.equals(indexes())) {
        signal(); // a return does not mean a change, and the head must not be delivered for nothing
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** An own write replaced an item or put it. */
  public void put(QueueItem item, long writtenAt) {
    lock.lock();
    try {
      items.put(item.id(), item);
      wrote(writtenAt);
    } finally {
      lock.unlock();
    }
  }

  /**
   * An own write, or somebody else's, removed an item.
   *
   * @param writtenAt Raft index of the write, 0 if it is not known
   */
  public void remove(String id, long writtenAt) {
    lock.lock();
    try {
      items.remove(id);
      wrote(writtenAt);
    } finally {
      lock.unlock();
    }
  }

  /** Has the consumer look at the head again, though nothing of the queue has changed. */
  public void wake() {
    lock.lock();
    try {
      signal();
    } finally {
      lock.unlock();
    }
  }

  long version() {
    lock.lock();
    try {
      return version;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until something has changed since {@code seen}, the time is over, or it is closed. */
  void awaitBeyond(long seen, Duration most) throws InterruptedException {
    long left = most.toNanos();
    lock.lock();
    try {
      while (version == seen && left > 0 && !closed) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until no item is known. */
  void awaitDrained() throws InterruptedException {
    lock.lock();
    try {
      while (!items.isEmpty()) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The consumer has looked at the head as of this version. */
  void lookedAt(long seen) {
    lock.lock();
    try {
      lookedAt = seen;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the consumer has looked at the newest version, for so long at most. */
  void awaitLookedAt(Duration most) throws InterruptedException {
    long left = most.toNanos();
    lock.lock();
    try {
      while (lookedAt < version && left > 0 && !closed) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Raft index of the last own write, if it was a moment ago; else 0. */
  long ownIndex() {
    lock.lock();
    try {
      return isRecent(ownNanos) ? ownIndex : 0;
    } finally {
      lock.unlock();
    }
  }

  /** Forgets everything: a new consumer begins with a read of its own. */
  void open() {
    lock.lock();
    try {
      items.clear();
      ownIndex = 0;
      closed = false;
      known = false;
      signal();
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      known = false;
      items.clear();
      signal();
    } finally {
      lock.unlock();
    }
  }

  private void wrote(long index) {
    if (index > ownIndex) {
      ownIndex = index;
      ownNanos = System.nanoTime();
    }
    signal();
  }

  private void signal() {
    version++;
    changed.signalAll();
  }

  /** What tells two states of the queue apart. */
  private List<Long> indexes() {
    return items.values().stream()
        .flatMap(item -> Stream.concat(Stream.of(item.entry()), item.children().stream()))
        .map(Entry::modifyIndex)
        .toList();
  }

  private static boolean isRecent(long nanos) {
    return System.nanoTime() - nanos < OWN_WRITE_COUNTS.toNanos();
  }

  private List<QueueItem> grouped(List<Entry> entries) {
    Map<String, Entry> own = new TreeMap<>();
    Map<String, List<Entry>> children = new TreeMap<>();
    for (Entry entry : entries) {
      String name = names.apply(entry.key()).orElse("");
      int slash = name.indexOf('/');
      if (name.isEmpty()) {
        continue; // the folder's own key
      }
      if (slash < 0) {
        own.merge(name, entry, OLDER);
      } else {
        children.computeIfAbsent(name.substring(0, slash), n -> new ArrayList<>()).add(entry);
      }
    }
    return own.entrySet().stream()
        .map(
            item ->
                new QueueItem(
                    item.getKey(),
                    item.getValue(),
                    children.getOrDefault(item.getKey(), List.of())))
        .toList();
  }
}
