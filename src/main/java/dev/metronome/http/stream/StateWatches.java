package dev.metronome.http.stream;

import dev.metronome.consul.BlockingRead;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Snapshot;
import dev.metronome.consul.Watch;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Plan;
import dev.metronome.pipeline.queue.ClaimReading;
import dev.metronome.state.CatalogNodes;
import dev.metronome.state.TrafficView;
import dev.metronome.state.WatchedState;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Follows the parts of Consul in which a cluster's state stands; logs are not among them. */
final class StateWatches implements AutoCloseable {

  private static final int KEY_COST = 200; // what Consul tells of a key besides its value

  private final ConsulConnection connection;
  private final Keys keys;
  private final Runnable listener;
  private final PrefixWatch leader;
  private final PrefixWatch queue;
  private final PrefixWatch progress;
  private final PrefixWatch claims;
  private final PrefixWatch nodes;
  private final ClaimReading.Current epoch = new ClaimReading.Current();

  /** One watch, and what it saw last. */
  private final class PrefixWatch implements AutoCloseable {
    private final Throttle throttle;
    private final Watch<List<Entry>> watch;
    private volatile Snapshot<List<Entry>> seen;

    PrefixWatch(String name, String prefix, long leastMillis) {
      this(name, connection.changes(prefix), leastMillis, entries -> {});
    }

    /**
     * @param also gets what was seen, first
     */
    PrefixWatch(
        String name,
        BlockingRead<List<Entry>> reading,
        long leastMillis,
        Consumer<List<Entry>> also) {
      this.throttle = new Throttle(leastMillis);
      this.watch =
          connection.watch("stream-" + name, reading, throttle, snapshot -> see(snapshot, also));
    }

    private void see(Snapshot<List<Entry>> snapshot, Consumer<List<Entry>> also) {
      also.accept(snapshot.value());
      throttle.answered(
          snapshot.value().stream().mapToLong(e -> e.value().length + KEY_COST).sum());
      seen = snapshot;
      listener.run();
    }

    long index() {
      return seen.index();
    }

    List<Entry> entries() {
      return seen.value();
    }

    @Override
    public void close() {
      watch.close();
    }
  }

  /**
   * Begins at once.
   *
   * @param listener is run at every change, on any thread
   */
  StateWatches(ConsulConnection connection, Keys keys, Runnable listener) {
    this.connection = connection;
    this.keys = keys;
    this.listener = listener;
    this.leader = new PrefixWatch("leader", keys.leader(), 100);
    this.queue = new PrefixWatch("event-queue", keys.eventQueue(), 100);
    this.progress =
        new PrefixWatch(
            "progress-task-queue",
            connection.changes(keys.progressQueue()),
            50,
            slots -> epoch.set(WatchedState.plan(slots, keys).map(Plan::epoch).orElse(0L)));
    this.claims =
        new PrefixWatch("claims", new ClaimReading(connection, keys, epoch), 50, claims -> {});
    this.nodes = new PrefixWatch("nodes", keys.nodes(), 100);
  }

  /** Whether each watch has seen something; claims there may be none. */
  boolean isComplete() {
    return Stream.of(leader, queue, progress, nodes).allMatch(watch -> watch.seen != null)
        && (claims.seen != null || WatchedState.plan(progress.entries(), keys).isEmpty());
  }

  /** Why one of them does not follow Consul just now. */
  Optional<String> trouble() {
    return Stream.of(leader, queue, progress, claims, nodes)
        .flatMap(each -> each.watch.trouble().stream())
        .findFirst();
  }

  long queueIndex() {
    return queue.index();
  }

  long progressIndex() {
    return Math.max(progress.index(), claims.seen == null ? 0 : claims.index());
  }

  /** What there is to see now; only once it is complete. */
  WatchedState sighting(CatalogNodes neighbours, TrafficView traffic, int quarantined) {
    Optional<Entry> lead =
        leader.entries().stream().filter(entry -> entry.key().equals(keys.leader())).findFirst();
    return new WatchedState(
        keys,
        lead,
        queue.entries(),
        progress.entries(),
        claims.seen == null ? List.of() : claims.entries(),
        nodes.entries(),
        neighbours,
        traffic,
        quarantined);
  }

  @Override
  public void close() {
    List.of(leader, queue, progress, claims, nodes).forEach(PrefixWatch::close);
  }
}
