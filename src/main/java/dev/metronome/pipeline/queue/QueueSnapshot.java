package dev.metronome.pipeline.queue;

import dev.metronome.consul.Entry;
import dev.metronome.consul.Snapshot;
import dev.metronome.consul.Watch;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What this process knows of a queue: the beginning of it, from the last read, corrected by its own
 * writes since. Thread-safe.
 *
 * <p><em>Guarantees</em>: a read older than one's own last write does not undo what that write did
 * here (docs/protocol.md, "Transactions"); memory is bounded by a number of items, beside those
 * that are kept.
 *
 * <p><em>Does not guarantee</em> to be up to date: whoever acts on it does so by compare-and-set.
 */
public final class QueueSnapshot {

  /**
   * How many items are known of a longer queue besides those that are {@linkplain #keep kept}; the
   * rest is read when these are done, or are kept too.
   */
  static final int CAPACITY = 1_000;

  /** After a restore of Consul's state indexes go back; then own writes count for so long only. */
  private static final Duration OWN_WRITE_COUNTS = Duration.ofSeconds(10);

  /** Raft's own order; keys of one transaction share its index, and their flags tell. */
  private static final Comparator<QueueItem> AS_MADE =
      Comparator.comparing(QueueItem::entry, Ahead.FIRST);

  /** Of fixed keys that are overwritten. */
  private static final Comparator<QueueItem> AS_WRITTEN =
      Comparator.comparingLong(item -> item.entry().modifyIndex());

  /** One that is there twice comes when the older one does, and the other is a duplicate then. */
  private static final BinaryOperator<Entry> OLDER =
      BinaryOperator.minBy(Comparator.comparingLong(Entry::createIndex));

  /** So long after the last news of an empty queue its watch is enough. */
  private static final Duration CALM = Duration.ofMinutes(2);

  private final Function<Entry, Optional<String>> names;
  private final Predicate<Entry> waiting;
  private final Comparator<QueueItem> order;
  private final LongSupplier nanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, QueueItem> items = new LinkedHashMap<>();
  private final Map<String, Long> news = new HashMap<>();
  private final Map<String, Long> own = new HashMap<>();
  private Set<String> kept = Set.of();
  private long version;
  private long lookedAt;
  private long ownIndex;
  private long ownNanos;
  private boolean closed = true;
  private boolean known;
  private boolean behind;
  private long changedNanos;
  private OptionalLong answeredNanos = OptionalLong.empty();
  private long failuresBefore;

  /** Of a queue whose items are the keys right below a prefix. */
  public QueueSnapshot(String prefix) {
    this(
        entry ->
            Optional.of(entry.key())
                .filter(key -> key.startsWith(prefix))
                .map(key -> key.substring(prefix.length()))
                .filter(name -> !name.isEmpty() && name.indexOf('/') < 0));
  }

  /**
   * @param names what the item at a key is called; empty if there is none
   */
  QueueSnapshot(Function<Entry, Optional<String>> names) {
    this(names, System::nanoTime);
  }

  QueueSnapshot(Function<Entry, Optional<String>> names, LongSupplier nanos) {
    this(names, entry -> true, AS_MADE, nanos);
  }

  private QueueSnapshot(
      Function<Entry, Optional<String>> names,
      Predicate<Entry> waiting,
      Comparator<QueueItem> order,
      LongSupplier nanos) {
    this.names = names;
    this.waiting = waiting;
    this.order = order;
    this.nanos = nanos;
    this.ownNanos = nanos.getAsLong();
  }

  /**
   * Of a queue whose items stand in slots: fixed keys that are overwritten.
   *
   * @param names what the item in a slot is called; empty if it is not of this queue
   * @param occupied whether anything waits in a slot; it is known all the same
   */
  public static QueueSnapshot ofSlots(
      Function<Entry, Optional<String>> names, Predicate<Entry> occupied) {
    return new QueueSnapshot(names, occupied, AS_WRITTEN, System::nanoTime);
  }

  /** The oldest item. */
  public Optional<QueueItem> head() {
    lock.lock();
    try {
      return waiting().findFirst();
    } finally {
      lock.unlock();
    }
  }

  /** The item with this ID, if it is known; also a slot where nothing waits. */
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
      return (int) waiting().count();
    } finally {
      lock.unlock();
    }
  }

  private Stream<QueueItem> waiting() {
    return items.values().stream().filter(item -> waiting.test(item.entry()));
  }

  /** Takes over what a read returned. Returns whether it did. */
  public boolean accept(Snapshot<List<Entry>> snapshot) {
    lock.lock();
    try {
      behind = snapshot.index() < ownIndex && isRecent(ownNanos);
      if (behind) {
        return false;
      }
      Map<String, Long> before = indexes();
      items.clear();
      int others = 0;
      for (QueueItem item : named(snapshot.value()).stream().sorted(order).toList()) {
        if (kept.contains(item.id()) || others++ < CAPACITY) {
          items.put(item.id(), item);
        }
      }
      boolean first = known == closed;
      known = !closed;
      Map<String, Long> now = indexes();
      if (first || !before.equals(now)) {
        signal(); // a return does not mean a change, and the head must not be delivered for nothing
        now.entrySet().removeAll(first ? Set.of() : before.entrySet());
        now.keySet().forEach(this::isNews);
        news.keySet().retainAll(items.keySet());
        own.keySet().retainAll(items.keySet());
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
      own.put(item.id(), writtenAt);
      wrote(writtenAt);
      isNews(item.id());
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
      news.remove(id);
      own.remove(id);
      wrote(writtenAt);
    } finally {
      lock.unlock();
    }
  }

  /** Has the consumer look at all again, though nothing of the queue has changed. */
  public void wake() {
    lock.lock();
    try {
      signal();
      items.keySet().forEach(this::isNews);
    } finally {
      lock.unlock();
    }
  }

  /** The same of one item. */
  public void wake(String id) {
    lock.lock();
    try {
      signal();
      isNews(id);
    } finally {
      lock.unlock();
    }
  }

  private void isNews(String id) {
    news.put(id, version);
  }

  /** The version at which an item has changed last, or its consumer was woken for it. */
  long changed(String id) {
    lock.lock();
    try {
      return news.getOrDefault(id, 0L);
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

  /** All that wait, the oldest first. */
  public List<QueueItem> all() {
    lock.lock();
    try {
      return waiting().toList();
    } finally {
      lock.unlock();
    }
  }

  /** These wait for something else than their turn, so that others go before them. */
  void keep(Set<String> ids) {
    lock.lock();
    try {
      if (!kept.equals(ids)) {
        kept = Set.copyOf(ids);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until no item is known but such as are {@linkplain #keep kept}. */
  void awaitDrained() throws InterruptedException {
    lock.lock();
    try {
      while (waiting().anyMatch(item -> !kept.contains(item.id()))) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until something waits in a slot that tells what is wanted; returns that. */
  public <T> T await(String slot, Function<QueueItem, Optional<T>> wanted)
      throws InterruptedException {
    lock.lock();
    try {
      Optional<T> found = waiting(slot).flatMap(wanted);
      while (found.isEmpty()) {
        changed.await();
        found = waiting(slot).flatMap(wanted);
      }
      return found.get();
    } finally {
      lock.unlock();
    }
  }

  /** The item with this ID, if it waits. */
  public Optional<QueueItem> waiting(String id) {
    return item(id).filter(item -> waiting.test(item.entry()));
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

  /** Waits until nothing was written here for so long: what the next read tells is others' then. */
  void awaitQuiet(Duration quiet) throws InterruptedException {
    lock.lock();
    try {
      long left = 1;
      while (known && ownIndex > 0 && left > 0) {
        left = ownNanos + quiet.toNanos() - System.nanoTime();
        left = left > 0 ? changed.awaitNanos(left) : 0;
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Raft index of the last own write, if it was a moment ago; else 0. Where several items wait, an
   * own write of one does not tell that nobody else has written another before.
   */
  long ownIndex() {
    lock.lock();
    try {
      return isRecent(ownNanos) && waiting().count() <= 1 ? ownIndex : 0;
    } finally {
      lock.unlock();
    }
  }

  /** The same of one item. */
  long ownIndex(String id) {
    lock.lock();
    try {
      return isRecent(ownNanos) ? own.getOrDefault(id, 0L) : 0;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The watch has had an answer. One without news is a poll: what was missed is known then.
   *
   * @param asked the index that news would be beyond
   * @param failures of requests of any kind until now
   */
  void answered(long asked, Snapshot<List<Entry>> answer, long failures) {
    lock.lock();
    try {
      answeredNanos = OptionalLong.of(nanos.getAsLong());
      failuresBefore = failures;
    } finally {
      lock.unlock();
    }
    if (answer.index() == asked) {
      accept(answer);
    }
  }

  /**
   * Whether a read beside the watch could find nothing: the queue is empty, nothing has happened
   * for a while, and the watch has not been silent for longer than it may, nor since a request has
   * failed, which may have taken it along without a word.
   *
   * @param failures of requests of any kind until now
   */
  boolean isLeftToWatch(long failures) {
    lock.lock();
    try {
      return known
          && !behind
          && waiting().findAny().isEmpty()
          && failures == failuresBefore
          && nanos.getAsLong() - changedNanos >= CALM.toNanos()
          && answeredNanos.isPresent()
          && nanos.getAsLong() - answeredNanos.getAsLong() < Watch.MOST_SILENT.toNanos();
    } finally {
      lock.unlock();
    }
  }

  /** Forgets everything: a new consumer begins with a read of its own. */
  void open() {
    lock.lock();
    try {
      items.clear();
      news.clear();
      own.clear();
      ownIndex = 0;
      closed = false;
      known = false;
      behind = false;
      answeredNanos = OptionalLong.empty();
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
      news.clear();
      own.clear();
      signal();
    } finally {
      lock.unlock();
    }
  }

  private void wrote(long index) {
    if (index > ownIndex) {
      ownIndex = index;
      ownNanos = nanos.getAsLong();
    }
    signal();
  }

  private void signal() {
    version++;
    changedNanos = nanos.getAsLong();
    changed.signalAll();
  }

  /** What tells two states of the queue apart. */
  private Map<String, Long> indexes() {
    Map<String, Long> indexes = new HashMap<>();
    items.forEach((id, item) -> indexes.put(id, item.entry().modifyIndex()));
    return indexes;
  }

  private boolean isRecent(long then) {
    return nanos.getAsLong() - then < OWN_WRITE_COUNTS.toNanos();
  }

  private List<QueueItem> named(List<Entry> entries) {
    Map<String, Entry> own = new TreeMap<>();
    for (Entry entry : entries) {
      names.apply(entry).ifPresent(name -> own.merge(name, entry, OLDER));
    }
    return own.entrySet().stream()
        .map(item -> new QueueItem(item.getKey(), item.getValue()))
        .toList();
  }
}
