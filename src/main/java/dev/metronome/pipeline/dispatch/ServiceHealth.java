package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.Catalog;
import dev.metronome.consul.InstanceHealth;
import dev.metronome.consul.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How Consul finds the instances of the service whose health a task waits for. While this agent
 * leads and asks, a watch follows them and wakes whoever waits; otherwise each look is a read.
 * Thread-safe.
 */
public final class ServiceHealth implements AutoCloseable {

  /** A watch that tells nothing for longer may hang: it is read beside it then. */
  private static final Duration TRUSTED = Duration.ofSeconds(75);

  /** States between two looks; more than that in a moment is no health. */
  private static final int MOST = 64;

  private final Catalog catalog;
  private final Runnable wake;
  private final List<List<InstanceHealth>> unseen = new ArrayList<>();
  private boolean leads;
  private String service = "";
  private Watch<List<InstanceHealth>> watch;
  private List<InstanceHealth> newest;
  private long newestNanos;
  private long lookedNanos;

  /**
   * @param wake who looks, when something has changed
   */
  public ServiceHealth(Catalog catalog, Runnable wake) {
    this.catalog = catalog;
    this.wake = wake;
  }

  /** Whether looks may be by a watch. */
  public synchronized void follow(boolean wanted) {
    close();
    leads = wanted;
  }

  /** What has been so since the last look, as far as that is known, and is so now: the last. */
  synchronized List<List<InstanceHealth>> look(String name) {
    lookedNanos = System.nanoTime();
    if (leads && (watch == null || !service.equals(name))) {
      begin(name);
    }
    boolean old = System.nanoTime() - newestNanos > TRUSTED.toNanos();
    if (watch == null || newest == null || old) {
      List<InstanceHealth> fresh = catalog.healthOf(name);
      remember(fresh);
      unseen.clear();
      return List.of(fresh);
    }
    List<List<InstanceHealth>> seen = unseen.isEmpty() ? List.of(newest) : List.copyOf(unseen);
    unseen.clear();
    return seen;
  }

  private void remember(List<InstanceHealth> instances) {
    if (unseen.size() >= MOST) {
      unseen.clear();
      unseen.add(List.of());
    }
    unseen.add(instances);
    newest = instances;
    newestNanos = System.nanoTime();
  }

  private void begin(String name) {
    close();
    service = name;
    watch = catalog.watchHealth(name, this::seen);
  }

  private synchronized void seen(List<InstanceHealth> instances) {
    boolean forgotten = System.nanoTime() - lookedNanos > TRUSTED.toNanos();
    if (watch == null || forgotten) {
      close(); // somebody has deleted the plan that waited
      return;
    }
    remember(instances);
    wake.run();
  }

  /** Nobody waits any more. */
  @Override
  public synchronized void close() {
    if (watch != null) {
      watch.close();
      watch = null;
    }
    newest = null;
    unseen.clear();
  }
}
