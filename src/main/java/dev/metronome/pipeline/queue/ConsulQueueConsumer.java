package dev.metronome.pipeline.queue;

import dev.metronome.base.loop.Loop;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Gate;
import dev.metronome.consul.Snapshot;
import dev.metronome.consul.Transaction;
import dev.metronome.consul.Watch;
import dev.metronome.model.record.NewerRecordException;
import dev.metronome.model.record.UnreadableRecordException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers the items of a queue on a thread of its own, while a {@link Watch} keeps the view fresh.
 * The thread goes on through every failure until the consumer is stopped.
 */
final class ConsulQueueConsumer extends DefaultConsumer {

  private static final Logger LOG = LoggerFactory.getLogger(ConsulQueueConsumer.class);

  /** How often it is said that a newer record blocks the queue. */
  private static final Duration REMINDER = Duration.ofMinutes(10);

  /** How long an empty queue is left alone if nothing happens. */
  private static final Duration IDLE = Duration.ofSeconds(10);

  /** How long nothing was written before it is looked who else writes. */
  private static final Duration QUIET = Duration.ofMillis(200);

  private final ConsulConnection connection;
  private final Queue queue;
  private final QueueSnapshot view;
  private final Queue.Listener listener;
  private final Duration interval;
  private final QueuePoll poll;
  private volatile boolean running;
  private volatile boolean quiet;
  private volatile long readNanos;
  private final Set<String> failing = new HashSet<>();
  private final Map<String, Delivered> delivered = new HashMap<>();
  private final Map<String, Long> leftAlone = new HashMap<>();
  private final Map<String, Watch<List<Entry>>> watches = new LinkedHashMap<>();
  private Loop loop;

  /**
   * An item was.
   *
   * @param version of the view when that began
   */
  private record Delivered(long version, long nanos) {}

  ConsulQueueConsumer(ConsulQueueEndpoint endpoint, Processor processor) {
    super(endpoint, processor);
    this.connection = endpoint.connection();
    this.queue = endpoint.queue();
    this.view = queue.view();
    this.listener = endpoint.listener();
    this.interval = Duration.ofMillis(endpoint.getPollInterval());
    this.poll = new QueuePoll(connection, queue);
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    running = true;
    quiet = false;
    view.open();
    readNanos = System.nanoTime();
    loop = connection.loops().of(Loop.Kind.QUEUE, queue.prefix(), this::turn);
    loop.atEnd(() -> listener.recovered(queue));
    follow();
    loop.start();
  }

  private void follow() {
    List<Queue.Followed> all = queue.followed(connection);
    if (all.size() > watches.size()) {
      all.forEach(what -> watches.computeIfAbsent(what.name(), name -> follow(what)));
    }
  }

  private Watch<List<Entry>> follow(Queue.Followed what) {
    boolean whole = what.name().equals(queue.watched());
    return connection.watch(
        what.name(),
        (index, wait) -> {
          Snapshot<List<Entry>> answer = what.reading().read(index, wait);
          if (whole) {
            view.answered(index, answer, connection.failures());
          }
          return answer;
        },
        gate(what),
        snapshot -> {
          readNanos = System.nanoTime();
          if (whole) {
            lookForFolder(snapshot.value());
          }
          what.seen().accept(snapshot);
          loop.wake(); // what failed may go now
        });
  }

  private Gate gate(Queue.Followed what) {
    return switch (what.how()) {
      case ALWAYS -> () -> {};
      case WHEN_DRAINED -> view::awaitDrained;
      case BETWEEN_WRITES ->
          new BeyondOwn(what.item(), () -> view.awaitLookedAt(queue.longestLook()));
      case WHEN_QUIET -> new BeyondOwn(what.item(), () -> view.awaitQuiet(QUIET));
    };
  }

  /** A gate behind which own writes are no news. */
  private final class BeyondOwn implements Gate {
    private final Optional<String> item;
    private final Gate gate;

    BeyondOwn(Optional<String> item, Gate gate) {
      this.item = item;
      this.gate = gate;
    }

    @Override
    public void await() throws InterruptedException {
      gate.await();
    }

    @Override
    public long known() {
      return item.map(view::ownIndex).orElseGet(view::ownIndex);
    }
  }

  @Override
  protected void doStop() throws Exception {
    if (loop != null) {
      loop.close(); // first, or its end would look like a death
    }
    running = false;
    watches.values().forEach(Watch::close);
    watches.clear();
    view.close();
    super.doStop();
  }

  /** Whoever deletes keys may delete the folder's own too, which is then put back. */
  private void lookForFolder(List<Entry> entries) {
    if (queue.hasFolder()
        && entries.stream().noneMatch(each -> each.key().equals(queue.prefix()))) {
      quiet = false;
      view.wake();
    }
  }

  private Duration turn() throws InterruptedException {
    long seen = view.version();
    if (!quiet) {
      quiet = keepQuiet();
    }
    List<QueueItem> waiting = waiting();
    List<String> ids = waiting.stream().map(QueueItem::id).toList();
    delivered.keySet().retainAll(ids);
    leftAlone.keySet().retainAll(ids);
    recovered(id -> !ids.contains(id));
    deliver(waiting);
    queue.tend();
    follow();
    view.lookedAt(seen);
    loop.turned();
    view.awaitBeyond(seen, waiting.isEmpty() ? pause() : queue.tick());
    pollIfDue();
    return Duration.ZERO;
  }

  /** One that fails keeps none of the others. */
  private void deliver(List<QueueItem> waiting) {
    Optional<RuntimeException> failure = Optional.empty();
    for (QueueItem item : waiting) {
      if (running && isDue(item)) {
        delivered.put(item.id(), new Delivered(view.version(), System.nanoTime()));
        try {
          view.waiting(item.id()).ifPresent(this::deliver); // one before it may have taken long
        } catch (RuntimeException e) {
          delivered.remove(item.id());
          failure = failure.or(() -> Optional.of(e));
        }
      }
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  private List<QueueItem> waiting() {
    return queue.delivery() == Queue.Delivery.EACH ? view.all() : view.head().stream().toList();
  }

  /** The only one is due at each turn; each of several when it is about it, or time is. */
  private boolean isDue(QueueItem item) {
    Delivered last = delivered.get(item.id());
    return queue.delivery() == Queue.Delivery.HEAD
        || last == null
        || view.changed(item.id()) > last.version()
        || System.nanoTime() - last.nanos() >= queue.tick().toNanos();
  }

  /**
   * A watched prefix without any key is woken by every write to the KV near it (docs/protocol.md,
   * "Keys"): the folder's own key, written once, keeps an empty queue's watch asleep.
   */
  private boolean keepQuiet() {
    String folder = queue.prefix();
    if (queue.hasFolder() && connection.get(folder).isEmpty()) {
      connection.commit(new Transaction().checkNotExists(folder).set(folder, new byte[0]));
    }
    return true;
  }

  private void deliver(QueueItem item) {
    Object body;
    if (queue.dismiss(item)) {
      return;
    }
    try {
      body = queue.read(item);
    } catch (UnreadableRecordException e) {
      LOG.error("item={} state=set-aside {}", item.entry().key(), e.getMessage());
      queue.setAside(item, e);
      listener.setAside(queue);
      return;
    } catch (NewerRecordException e) {
      leaveAlone(item, e);
      return;
    }
    process(item, body);
  }

  private void process(QueueItem item, Object body) {
    Exchange exchange = createExchange(false);
    try {
      exchange.getIn().setBody(body);
      exchange.getIn().setHeader(ConsulQueueEndpoint.ITEM, item.id());
      exchange.getIn().setHeader(ConsulQueueEndpoint.INDEX, item.entry().modifyIndex());
      getProcessor().process(exchange);
    } catch (Exception | Error e) { // such as no room for a thread: the item's failure as well
      exchange.setException(e);
    }
    try {
      queue.acknowledge(item, exchange);
      recovered(item.id()::equals);
    } catch (RuntimeException e) {
      if (exchange.getException() != null) {
        failing.add(item.id());
        listener.failed(queue, item, exchange);
      }
      throw e;
    } finally {
      releaseExchange(exchange, false);
    }
  }

  private void recovered(Predicate<String> item) {
    if (failing.removeIf(item) && failing.isEmpty()) {
      listener.recovered(queue);
    }
  }

  private void leaveAlone(QueueItem item, NewerRecordException e) {
    long now = System.nanoTime();
    Long said = leftAlone.get(item.id());
    if (said == null || now - said >= REMINDER.toNanos()) {
      LOG.error("item={} state=left-alone what is behind it waits: {}", e.key(), e.getMessage());
      leftAlone.put(item.id(), now);
    }
  }

  private void pollIfDue() {
    if (isPolling() && running && System.nanoTime() - readNanos >= interval.toNanos()) {
      readNanos = System.nanoTime();
      poll.read();
    }
  }

  private Duration pause() {
    return isPolling() ? interval : IDLE;
  }

  private boolean isPolling() {
    return !interval.isZero();
  }
}
