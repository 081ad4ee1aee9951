package dev.metronome.pipeline.queue;

import dev.metronome.consul.BlockingRead;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Snapshot;
import dev.metronome.model.record.NewerRecordException;
import dev.metronome.model.record.UnreadableRecordException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;

/**
 * A queue that {@code consul-queue:NAME} speaks to; a bean of that name in Camel's registry.
 *
 * <p>The consumer delivers the oldest item, or each one, as often as the item, a key below it or
 * the view changes, until the item is gone: the queue's own transactions remove it. So a route sees
 * an item at least once and must expect it again.
 */
public interface Queue {

  /** When the queue is followed by a blocking query. */
  enum Following {
    /** Always: changes of a delivered item matter. */
    ALWAYS,
    /**
     * Always but while an item is being dealt with, and then for what comes after one's own last
     * write: where such a write replaces all that it has not seen, its own wake-up is spared. Items
     * come by own writes only, so an empty queue needs no poll beside the watch.
     */
    BETWEEN_WRITES,
    /**
     * Only when nothing was written here for a moment: of keys that hardly anybody else writes, and
     * where an own write is refused when somebody has.
     */
    WHEN_QUIET,
    /**
     * Only while nothing is known to wait: later items have a higher CreateIndex, so a known
     * beginning stays the beginning, and a long queue is not read again at each change.
     */
    WHEN_DRAINED
  }

  /** Which items are delivered. */
  enum Delivery {
    /** The oldest alone, again and again until it is gone. */
    HEAD,
    /** Each by itself, the one that was written first before the others: slots. */
    EACH
  }

  /**
   * What a watch reads, again and again; whatever it sees wakes the consumer.
   *
   * @param item that it is about; empty if it is the queue itself
   * @param seen takes over what was read
   */
  record Followed(
      String name,
      Optional<String> item,
      BlockingRead<List<Entry>> reading,
      Following how,
      Consumer<Snapshot<List<Entry>>> seen) {}

  /** What became of putting an item. */
  enum Receipt {
    /** It stands in the queue now, durably. */
    ACCEPTED,
    /** It stood there, or had been done, already. */
    DUPLICATE,
    /** It may not be: it has ended at the door, and its result says why. */
    REJECTED
  }

  /**
   * Told of what happens to items, on the thread that it happens on; must not block. One bean of
   * this type in Camel's registry hears of every queue.
   */
  interface Listener {

    /** For where nobody listens. */
    Listener NONE = new Listener() {};

    /** An event was offered to the event queue by this agent. */
    default void offered(Receipt receipt) {}

    /** An unreadable item was set aside. */
    default void setAside(Queue queue) {}

    /** So many items are held by a route that fails on them again and again. */
    default void held(int items) {}

    /** So many events that wait may not begin, though it would be their turn. */
    default void blocked(int events) {}

    /** A route has failed on an item; it is delivered again after a pause. */
    default void failed(Queue queue, QueueItem item, Exchange how) {}

    /** The item that failed last has been dealt with or is gone, or is delivered no more. */
    default void recovered(Queue queue) {}
  }

  /** The key prefix of the items. */
  String prefix();

  /** The prefix that is watched for it; it contains the queue's own. */
  default String watched() {
    return prefix();
  }

  /** How the watch reads it. */
  default BlockingRead<List<Entry>> reading(ConsulConnection connection) {
    return connection.changes(watched());
  }

  /** Whether the watch reads all of it at present. */
  default boolean isWatchedWhole() {
    return true;
  }

  /** All of it, read without a watch. */
  default Snapshot<List<Entry>> list(ConsulConnection connection) {
    return connection.list(prefix());
  }

  /** Whether its consumer keeps the key of its folder there, for the watch of an empty queue. */
  default boolean hasFolder() {
    return watched().equals(prefix());
  }

  /** Called with everything that the watch returned, before the view takes it over. */
  default void observe(List<Entry> entries) {}

  /** What is known of the queue. */
  QueueSnapshot view();

  default Following following() {
    return Following.ALWAYS;
  }

  default Delivery delivery() {
    return Delivery.HEAD;
  }

  /** What its watches read; the queue itself first. There may come more, and none goes. */
  default List<Followed> followed(ConsulConnection connection) {
    return List.of(
        new Followed(
            watched(),
            Optional.empty(),
            reading(connection),
            following(),
            snapshot -> {
              observe(snapshot.value());
              view().accept(snapshot);
            }));
  }

  /**
   * How long the watch of what is followed between writes waits for a consumer that is busy; one
   * that hangs or fails must not make the view blind.
   */
  default Duration longestLook() {
    return Duration.ofMillis(100);
  }

  /** How often an item that stays is delivered again without any change, for deadlines. */
  default Duration tick() {
    return Duration.ofSeconds(1);
  }

  /**
   * The body that a route receives.
   *
   * @throws UnreadableRecordException the item is then set aside
   * @throws NewerRecordException the item is then left as it is
   */
  Object read(QueueItem item);

  /**
   * Whether an item is not to be delivered, since it is an old one that somebody has put back; it
   * has then been taken out of the way.
   */
  default boolean dismiss(QueueItem item) {
    return false;
  }

  /** Called by the thread that delivers, after each look at the queue, at least once each poll. */
  default void tend() {}

  /** Puts what a route sends. Idempotent: the same item twice is a {@link Receipt#DUPLICATE}. */
  Receipt put(Exchange exchange) throws InvalidPayloadException;

  /**
   * Called after the route has processed an item, whatever came of it.
   *
   * @throws RuntimeException to have the item delivered again after a pause
   */
  void acknowledge(QueueItem item, Exchange exchange);

  /** Takes an unreadable item out of the way, so that the next one can be processed. */
  void setAside(QueueItem item, UnreadableRecordException why);
}
