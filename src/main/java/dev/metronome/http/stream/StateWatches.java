package dev.metronome.http.stream;

import dev.metronome.consul.BlockingRead;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Snapshot;
import dev.metronome.consul.Watch;
import dev.metronome.model.record.Keys;
import dev.metronome.pipeline.queue.ClaimReading;
import dev.metronome.state.CatalogNodes;
import dev.metronome.state.TrafficView;
import dev.metronome.state.WatchedState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
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
  private final PrefixWatch nodes;
  private final Map<String, ClaimWatch> claims = new ConcurrentSkipListMap<>();

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

  /** Of what is in progress in a slot, from when something is for the first time. */
  private final class ClaimWatch implements AutoCloseable {
    private final ClaimReading.Current epoch = new ClaimReading.Current();
    private final PrefixWatch watch;

    ClaimWatch(String slot) {
      this.watch =
          new PrefixWatch("claims-" + slot, new ClaimReading(connection, epoch), 50, claims -> {});
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
            "progress-task-queue", connection.changes(keys.progressQueue()), 50, this::follow);
    this.nodes = new PrefixWatch("nodes", keys.nodes(), 100);
  }

  private void follow(List<Entry> slots) {
    Map<String, Optional<String>> epochs = new HashMap<>();
    WatchedState.plans(slots, keys).forEach(plan -> epochs.put(plan.slot(), keys.epoch(plan)));
    epochs.keySet().forEach(slot -> claims.computeIfAbsent(slot, ClaimWatch::new));
    claims.forEach((slot, watch) -> watch.epoch.set(epochs.getOrDefault(slot, Optional.empty())));
  }

  /** Whether each watch has seen something; claims there may be none. */
  boolean isComplete() {
    return Stream.of(leader, queue, progress, nodes).allMatch(watch -> watch.seen != null)
        && WatchedState.plans(progress.entries(), keys).stream()
            .filter(plan -> plan.epoch() > 0)
            .allMatch(plan -> isSeen(plan.slot()));
  }

  private boolean isSeen(String slot) {
    ClaimWatch watch = claims.get(slot);
    return watch != null && watch.watch.seen != null;
  }

  private Stream<PrefixWatch> claimsSeen() {
    return claims.values().stream().map(each -> each.watch).filter(watch -> watch.seen != null);
  }

  /** Why one of them does not follow Consul just now. */
  Optional<String> trouble() {
    return Stream.concat(
            Stream.of(leader, queue, progress, nodes),
            claims.values().stream().map(each -> each.watch))
        .flatMap(each -> each.watch.trouble().stream())
        .findFirst();
  }

  long queueIndex() {
    return queue.index();
  }

  long progressIndex() {
    return claimsSeen().mapToLong(PrefixWatch::index).reduce(progress.index(), Math::max);
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
        claimsSeen().flatMap(watch -> watch.entries().stream()).toList(),
        nodes.entries(),
        neighbours,
        traffic,
        quarantined);
  }

  @Override
  public void close() {
    List.of(leader, queue, progress, nodes).forEach(PrefixWatch::close);
    claims.values().forEach(ClaimWatch::close);
  }
}
