package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.Catalog;
import dev.metronome.consul.Catalog.Instance;
import dev.metronome.consul.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The agents that are registered, and whether they are healthy. While this agent leads, a watch
 * keeps them at hand, so that opening a task does not wait for one more read. They may be some
 * milliseconds old; a health check tells seconds late anyway. Thread-safe.
 */
public final class LiveAgents implements AutoCloseable {

  /** A watch returns at least every 64 s; older than this it has lost touch with Consul. */
  private static final Duration TRUSTED = Duration.ofSeconds(75);

  private final Catalog catalog;
  private volatile List<Instance> seen;
  private volatile Watch<List<Instance>> watch;

  public LiveAgents(Catalog catalog) {
    this.catalog = catalog;
  }

  /** Every agent of ours; a fresh read unless they are being followed. */
  List<Instance> now() {
    Watch<List<Instance>> following = watch;
    List<Instance> known = seen;
    return following != null && known != null && following.age().compareTo(TRUSTED) < 0
        ? known
        : catalog.instances(Targets.AGENT_SERVICE, Optional.empty());
  }

  /** Follows them from now on, or no longer. */
  public synchronized void follow(boolean wanted) {
    close();
    if (wanted) {
      watch = catalog.watch(Targets.AGENT_SERVICE, instances -> seen = instances);
    }
  }

  @Override
  public synchronized void close() {
    if (watch != null) {
      watch.close();
      watch = null;
    }
    seen = null;
  }
}
