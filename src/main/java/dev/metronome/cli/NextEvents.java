package dev.metronome.cli;

import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Watch;
import dev.metronome.state.Arrivals;
import dev.metronome.state.ClusterView;
import dev.metronome.state.EventSummary;
import dev.metronome.state.EventView;
import dev.metronome.state.Viewer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The events of a cluster one after another: those in progress, then each that is dispatched. Not
 * thread-safe.
 *
 * <p><em>Guarantees</em>: none is missed, however short, and none comes twice.
 */
final class NextEvents implements AutoCloseable {
  /** Looks again unasked. */
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final Arrivals arrivals;
  private final Viewer viewer;
  private final Deque<String> running;
  private final Semaphore changes = new Semaphore(1);
  private final Watch<List<Entry>> watch;
  private long lookedNanos;

  /** Events that have ended by now are not among them. */
  NextEvents(Cluster cluster) {
    this.arrivals = new Arrivals(cluster.connection(), cluster.keys());
    this.viewer = cluster.viewer();
    this.running =
        viewer.inProgress().stream()
            .map(ClusterView.Running::id)
            .collect(Collectors.toCollection(ArrayDeque::new));
    watch =
        cluster.connection().watch(cluster.keys().progressQueue(), snapshot -> changes.release());
  }

  /** The next one, if there is one or comes within this time. */
  Optional<EventView> next(Duration most) throws InterruptedException {
    boolean changed = changes.tryAcquire(most.toMillis(), TimeUnit.MILLISECONDS);
    boolean due = System.nanoTime() - lookedNanos > LOOK.toNanos();
    if (!changed && !due) {
      return Optional.empty();
    }
    changes.drainPermits();
    lookedNanos = System.nanoTime();
    Optional<EventView> next = oldest();
    next.ifPresent(
        event -> {
          arrivals.know(event.id());
          changes.release(); // there may be more
        });
    return next;
  }

  private Optional<EventView> oldest() {
    try {
      Optional<EventView> next =
          Optional.ofNullable(running.peek())
              .or(() -> arrivals.unknown().stream().findFirst().map(EventSummary::id))
              .flatMap(viewer::event);
      running.poll();
      return next;
    } catch (ConsulUnavailableException e) {
      return Optional.empty(); // the watch goes on trying
    }
  }

  @Override
  public void close() {
    watch.close();
  }
}
