package dev.metronome.http.stream;

import dev.metronome.base.loop.Loop;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.model.record.Keys;
import dev.metronome.pipeline.quarantine.Quarantine;
import dev.metronome.state.CatalogNodes;
import dev.metronome.state.ClusterView;
import dev.metronome.state.EventView;
import dev.metronome.state.NodeView;
import dev.metronome.state.TrafficView;
import dev.metronome.state.WatchedState;
import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One loop that makes messages of what changes and tells them to all who listen. It lives as long
 * as somebody does, and some seconds longer, so that who comes back finds what was missed.
 *
 * <p><em>Guarantees</em>: listeners cost Consul nothing; every listener hears the same messages in
 * the same order; changes in quick succession are told as one.
 *
 * <p>Only {@link #admit}, {@link #isAwaited} and {@link #close} are for other threads.
 */
final class StreamLoop implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StreamLoop.class);

  private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long NODES_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** What one listener is told at most in the long run. */
  private static final long BYTES_PER_SECOND = 1 << 20;

  /** How often the watches are asked whether they follow. */
  private static final long TROUBLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** How often Consul's catalog is asked: it tells seconds late itself. */
  private static final long CATALOG_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final ConsulConnection connection;
  private final Keys keys;
  private final Clock clock;
  private final long lingerNanos;
  private final Predicate<StreamLoop> retirement;
  private final Loop loop;
  private final Queue<Subscriber> arriving = new ConcurrentLinkedQueue<>();
  private final Queue<LogGauge.Growth> grown = new ConcurrentLinkedQueue<>();
  private final List<Subscriber> subscribers = new ArrayList<>();
  private final ReplayBuffer replay =
      new ReplayBuffer(UUID.randomUUID().toString().substring(0, 8));

  private EventChanges changes;
  private LogGauge gauge;
  private StateWatches watches;
  private CatalogNodes neighbours;
  private TrafficView traffic = TrafficView.FREE;
  private int quarantined;
  private long catalogNanos;
  private Instant asked = Instant.EPOCH;
  private Optional<Instant> followed = Optional.empty();
  private Optional<String> fault = Optional.empty();
  private Optional<WatchedState> sighting = Optional.empty();
  private Optional<ClusterView> status = Optional.empty();
  private Optional<List<NodeView>> nodes = Optional.empty();
  private long nodesNanos;
  private long lonelyNanos = System.nanoTime();
  private long spoken;
  private long quietUntilNanos = System.nanoTime();

  /**
   * Whether what is told is of now.
   *
   * @param asOf when Consul answered last and was followed; absent if it has not yet
   * @param fault why it is not followed now; absent if it is
   */
  private record ConsulState(Instant at, Optional<Instant> asOf, Optional<String> fault) {}

  /**
   * @param retirement decides whether this may end, since nobody listens any more
   */
  StreamLoop(
      ConsulConnection connection,
      Keys keys,
      Clock clock,
      Duration linger,
      Predicate<StreamLoop> retirement) {
    this.connection = connection;
    this.keys = keys;
    this.clock = clock;
    this.lingerNanos = linger.toNanos();
    this.retirement = retirement;
    this.loop = connection.loops().of(Loop.Kind.LOOK, "stream", this::turn).atEnd(this::end);
  }

  StreamLoop start() {
    loop.start();
    return this;
  }

  /** Takes in somebody who listens. */
  void admit(Subscriber subscriber) {
    arriving.add(subscriber);
    loop.wake();
  }

  /** Whether somebody has come who has not been greeted. */
  boolean isAwaited() {
    return !arriving.isEmpty();
  }

  /** Returns how long there is nothing to do unless it is woken. */
  private Duration turn() {
    if (isOver()) {
      loop.close();
      return Duration.ZERO;
    }
    long early = 0;
    try {
      begin();
      greet();
      early = quietUntilNanos - System.nanoTime();
      if (early <= 0) {
        tell();
        follow(watches.trouble());
      }
    } catch (RuntimeException e) {
      catalogNanos = System.nanoTime() - CATALOG_NANOS; // Consul is asked first of all then
      follow(Optional.of(String.valueOf(e.getMessage())));
      greet();
      throw e;
    }
    return Duration.ofNanos(early > 0 ? early : untilDueNanos());
  }

  /** Nothing else would be said while Consul is away, and all would look as if it were of now. */
  private void follow(Optional<String> trouble) {
    if (trouble.isEmpty()) {
      followed = Optional.of(asked);
    }
    if (!trouble.equals(fault)) {
      fault = trouble;
      say("consul", consul());
    }
  }

  private ConsulState consul() {
    return new ConsulState(clock.instant(), followed, fault);
  }

  /** What ended before this has begun is not told; the first look of each watch comes after. */
  private void begin() {
    if (changes == null) {
      changes = new EventChanges(connection, keys, event -> say("event", event));
    }
    if (watches == null) {
      askCatalog();
      watches = new StateWatches(connection, keys, loop::wake);
      gauge =
          new LogGauge(
              connection,
              keys,
              growth -> {
                grown.add(growth);
                loop.wake();
              });
    }
    if (System.nanoTime() - catalogNanos >= CATALOG_NANOS) {
      askCatalog();
    }
  }

  private void askCatalog() {
    Instant before = clock.instant();
    neighbours = CatalogNodes.read(connection);
    traffic = TrafficView.read(connection, keys);
    quarantined = new Quarantine(connection, keys).count();
    asked = before;
    catalogNanos = System.nanoTime();
  }

  private void greet() {
    for (Subscriber subscriber = arriving.poll();
        subscriber != null;
        subscriber = arriving.poll()) {
      Optional<List<Buffer>> missed = subscriber.lastHeard().flatMap(replay::since);
      if (missed.isPresent()) {
        missed.get().forEach(subscriber::send);
        repeat(subscriber, "status", status.map(seen -> now()));
      } else {
        subscriber.send(Message.snapshot(replay.lastId()));
        repeat(subscriber, "status", status.map(seen -> now()));
        repeat(subscriber, "nodes", nodes);
        if (changes != null) {
          for (EventView event : changes.running()) {
            repeat(subscriber, "event", Optional.of(event));
          }
        }
      }
      repeat(subscriber, "consul", Optional.of(consul()));
      subscribers.add(subscriber);
    }
  }

  /** As it is, with the time of now. */
  private ClusterView now() {
    return sighting.orElseThrow().cluster(clock.instant());
  }

  private void repeat(Subscriber subscriber, String type, Optional<?> view) {
    view.ifPresent(
        seen -> subscriber.send(Message.format(replay.lastId(), type, Message.json(seen))));
  }

  /** The more was said, the longer nothing is; who has just come is greeted all the same. */
  private void tell() {
    long before = spoken;
    try {
      look();
    } finally {
      long bytes = spoken - before;
      long nanos = bytes * TimeUnit.SECONDS.toNanos(1) / BYTES_PER_SECOND;
      long most = TimeUnit.SECONDS.toNanos(1);
      quietUntilNanos =
          System.nanoTime() + (bytes == 0 ? 0 : Math.min(most, Math.max(PACE_NANOS, nanos)));
    }
  }

  private void look() {
    if (!watches.isComplete()) {
      return;
    }
    long queueIndex = watches.queueIndex(); // first: what is seen is then as new, or newer
    long progressIndex = watches.progressIndex();
    WatchedState now = watches.sighting(neighbours, traffic, quarantined);
    sighting = Optional.of(now);
    status(now);
    nodes(now);
    changes.look(now, queueIndex, progressIndex);
    gauge.follow(now.running());
    for (LogGauge.Growth growth = grown.poll(); growth != null; growth = grown.poll()) {
      say("log", growth);
    }
  }

  private void status(WatchedState now) {
    ClusterView view = now.cluster(Instant.EPOCH);
    if (!status.equals(Optional.of(view))) {
      status = Optional.of(view);
      say("status", now());
    }
  }

  private void nodes(WatchedState now) {
    if (nodes.isEmpty() || System.nanoTime() - nodesNanos >= NODES_NANOS) {
      List<NodeView> views = now.nodeViews();
      if (!nodes.equals(Optional.of(views))) {
        nodes = Optional.of(views);
        nodesNanos = System.nanoTime();
        say("nodes", views);
      }
    }
  }

  private void say(String type, Object view) {
    Message message = replay.add(type, Message.json(view));
    spoken += message.size();
    subscribers.forEach(subscriber -> subscriber.send(message.bytes()));
  }

  /** A watch that fails, or is well again, wakes nobody: that is looked for. */
  private long untilDueNanos() {
    long due = Math.min(TROUBLE_NANOS, CATALOG_NANOS - (System.nanoTime() - catalogNanos));
    long nodesDue = NODES_NANOS - (System.nanoTime() - nodesNanos);
    long changesDue = changes.dueNanos().orElse(due);
    long lonely = subscribers.isEmpty() ? lingerNanos : due;
    long soonest = Math.min(Math.min(due, lonely), changesDue);
    return Math.max(0, nodesDue > 0 ? Math.min(soonest, nodesDue) : soonest);
  }

  private boolean isOver() {
    subscribers.removeIf(Subscriber::isGone);
    if (!subscribers.isEmpty() || isAwaited()) {
      lonelyNanos = System.nanoTime();
      return false;
    }
    return System.nanoTime() - lonelyNanos > lingerNanos && retirement.test(this);
  }

  private void end() {
    if (watches != null) {
      watches.close();
      gauge.close();
    }
    subscribers.forEach(Subscriber::end);
    arriving.forEach(Subscriber::end);
    LOG.debug("stream={} state=ended", replay.lastId());
  }

  @Override
  public void close() {
    loop.interrupt();
  }
}
