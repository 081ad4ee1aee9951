package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.Catalog;
import dev.metronome.consul.Catalog.Instance;
import dev.metronome.consul.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * The agents that are registered, and whether they are healthy. While this agent leads, a watch
 * keeps them at hand, so that opening a task does not wait for one more read. They may be some
 * milliseconds old; a health check tells seconds late anyway. A watch that tells nothing for a
 * while may hang, so they are read beside it then. Thread-safe.
 */
public final class LiveAgents implements AutoCloseable {

  private static final Duration TRUSTED = Duration.ofSeconds(75);

  /**
   * What is known.
   *
   * @param nanos since when, of the monotonic clock
   */
  private record Seen(List<Instance> agents, long nanos) {}

  private final Catalog catalog;
  private final LongSupplier nanos;
  private final AtomicReference<Seen> seen = new AtomicReference<>();
  private volatile Watch<List<Instance>> watch;

  public LiveAgents(Catalog catalog) {
    this(catalog, System::nanoTime);
  }

  LiveAgents(Catalog catalog, LongSupplier nanos) {
    this.catalog = catalog;
    this.nanos = nanos;
  }

  /** Every agent of ours; a fresh read unless they are being followed. */
  List<Instance> now() {
    Seen known = seen.get();
    long now = nanos.getAsLong();
    if (watch != null && known != null && now - known.nanos() < TRUSTED.toNanos()) {
      return known.agents();
    }
    Seen fresh = new Seen(catalog.instances(Targets.AGENT_SERVICE, Optional.empty()), now);
    if (known != null) {
      seen.compareAndSet(known, fresh); // unless the watch has told more by then
    }
    return fresh.agents();
  }

  /** Follows them from now on, or no longer. */
  public synchronized void follow(boolean wanted) {
    close();
    if (wanted) {
      watch = catalog.watch(Targets.AGENT_SERVICE, this::seen);
    }
  }

  private void seen(List<Instance> agents) {
    seen.set(new Seen(agents, nanos.getAsLong()));
  }

  @Override
  public synchronized void close() {
    if (watch != null) {
      watch.close();
      watch = null;
    }
    seen.set(null);
  }
}
