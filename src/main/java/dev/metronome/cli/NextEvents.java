package dev.metronome.cli;

import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Watch;
import dev.metronome.view.EventQuery;
import dev.metronome.view.EventSummary;
import dev.metronome.view.State;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The events of a cluster one after another: the one in progress, then each that is dispatched. Not
 * thread-safe.
 *
 * <p><em>Guarantees</em>: none is missed, however short, and none comes twice, as long as no more
 * than {@value #LOOKED_AT} come about between two calls.
 */
final class NextEvents implements AutoCloseable {
  private static final int LOOKED_AT = 1_000;

  /** Looks again unasked. */
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final Cluster cluster;
  private final Set<String> known = new HashSet<>();
  private final Semaphore changes = new Semaphore(1);
  private final Watch<List<Entry>> watch;
  private long lookedNanos;

  /** Events that have ended by now are not among them. */
  NextEvents(Cluster cluster) {
    this.cluster = cluster;
    newest().stream()
        .filter(event -> event.status().isFinal())
        .forEach(event -> known.add(event.id()));
    watch =
        cluster.connection().watch(cluster.keys().progressQueue(), snapshot -> changes.release());
  }

  /** The next one, if there is one or comes within this time. */
  Optional<String> next(Duration most) throws InterruptedException {
    boolean changed = changes.tryAcquire(most.toMillis(), TimeUnit.MILLISECONDS);
    boolean due = System.nanoTime() - lookedNanos > LOOK.toNanos();
    if (!changed && !due) {
      return Optional.empty();
    }
    changes.drainPermits();
    lookedNanos = System.nanoTime();
    Optional<String> next = oldest();
    next.ifPresent(
        id -> {
          known.add(id);
          changes.release(); // there may be more
        });
    return next;
  }

  private Optional<String> oldest() {
    try {
      return newest().stream()
          .filter(event -> event.status() != State.QUEUED && !known.contains(event.id()))
          .min(Comparator.comparing(EventSummary::since).thenComparing(EventSummary::id))
          .map(EventSummary::id);
    } catch (ConsulUnavailableException e) {
      return Optional.empty(); // the watch goes on trying
    }
  }

  private List<EventSummary> newest() {
    return cluster.viewer().events(EventQuery.newest(LOOKED_AT)).events();
  }

  @Override
  public void close() {
    watch.close();
  }
}
