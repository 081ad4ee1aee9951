package dev.metronome.state;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Snapshot;
import dev.metronome.consul.Watch;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Plan;
import dev.metronome.pipeline.queue.ClaimReading;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Follows one event until it has ended.
 *
 * <p>It is woken by watches of the plan in progress and its claims, which change with every step of
 * the event and are small; the results, beside which logs lie, are then read once.
 *
 * <p><em>Guarantees</em>: it outlives every outage of Consul; a state that it returns is never
 * older than one it returned before.
 *
 * <p><em>Does not guarantee</em> that every state is seen. One thread calls {@link #next}.
 */
public final class EventFollower implements AutoCloseable {
  /** Before dispatch the watched keys do not exist, and every write near them wakes the watch. */
  private static final long BREATH_MILLIS = 50;

  /** Looks again unasked as long as no plan is known. */
  private static final Duration LOOK = Duration.ofSeconds(2);

  private static final Duration FRAME = Duration.ofMillis(100);

  /** Consul has to know nothing of the event for so long before it counts as gone. */
  private static final Duration GONE = Duration.ofSeconds(1);

  private final String eventId;
  private final Keys keys;
  private final Viewer viewer;
  private final ResultReader reader;
  private final Semaphore changes = new Semaphore(0);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Watch<List<Entry>> slots;
  private final Watch<List<Entry>> claims;
  private final ClaimReading.Current epoch = new ClaimReading.Current();
  private volatile Optional<Plan> plan = Optional.empty();
  private EventView state;
  private Optional<ConsulUnavailableException> outage = Optional.empty();
  private long lookedNanos = System.nanoTime();
  private OptionalLong missedNanos = OptionalLong.empty();
  private boolean gone;

  /**
   * Begins at once.
   *
   * @param known how the event stood when that was looked up, or as it was accepted
   */
  public EventFollower(ConsulConnection connection, Keys keys, EventView known) {
    this.eventId = known.id();
    this.keys = keys;
    this.viewer = new Viewer(connection, keys, Clock.systemUTC());
    this.reader = new ResultReader(connection, keys, known.id());
    this.state = known;
    this.slots = connection.watch(keys.progressQueue(), this::breathe, this::changed);
    this.claims =
        connection.watch(
            keys.claims(),
            new ClaimReading(connection, epoch),
            () -> {},
            snapshot -> changes.release());
  }

  /**
   * Follows the event until it has ended, {@linkplain #isGone is gone} or the time is over; returns
   * how it stands then.
   *
   * @param listener hears how it stands, at every change and about ten times a second besides
   */
  public EventView untilEnd(Duration most, Consumer<EventView> listener)
      throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    listener.accept(state);
    while (!state.hasEnded() && !gone && System.nanoTime() < end) {
      listener.accept(next(FRAME));
    }
    return state;
  }

  /** Waits until something has changed or the time is over; returns how the event stands then. */
  public EventView next(Duration most) throws InterruptedException {
    boolean changed = changes.tryAcquire(most.toMillis(), TimeUnit.MILLISECONDS);
    boolean due = System.nanoTime() - lookedNanos > LOOK.toNanos();
    if (!state.hasEnded() && (changed || due)) {
      look();
    }
    return state;
  }

  /** Why the last look failed, if it did. */
  public Optional<ConsulUnavailableException> outage() {
    return outage;
  }

  /**
   * Whether Consul has no record of it any more: it neither waits nor runs, and has no result. So
   * it is after Consul has lost its data, or somebody has deleted keys.
   */
  public boolean isGone() {
    return gone;
  }

  private void look() {
    changes.drainPermits();
    lookedNanos = System.nanoTime();
    plan.ifPresent(reader::learn);
    try {
      reader.read().ifPresent(now -> state = now);
      outage = Optional.empty();
      gone = isMissing();
    } catch (ConsulUnavailableException e) {
      outage = Optional.of(e);
    }
  }

  private boolean isMissing() {
    if (reader.isThere() || isKnown()) {
      missedNanos = OptionalLong.empty();
      return false;
    }
    if (missedNanos.isEmpty()) {
      missedNanos = OptionalLong.of(System.nanoTime());
    }
    return System.nanoTime() - missedNanos.getAsLong() >= GONE.toNanos();
  }

  private boolean isKnown() {
    String id = reader.eventId();
    return viewer.event(id).isPresent() || viewer.accepted(id).isPresent();
  }

  private void breathe() throws InterruptedException {
    if (plan.isEmpty()) {
      closed.await(BREATH_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void changed(Snapshot<List<Entry>> snapshot) {
    Optional<Plan> now =
        InProgress.plans(snapshot.value(), keys).stream()
            .filter(it -> it.event().id().equals(eventId))
            .findFirst();
    plan = now.or(() -> plan);
    epoch.set(now.flatMap(keys::epoch));
    changes.release();
  }

  @Override
  public void close() {
    closed.countDown();
    slots.close();
    claims.close();
  }
}
