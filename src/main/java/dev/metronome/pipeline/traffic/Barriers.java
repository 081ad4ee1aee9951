package dev.metronome.pipeline.traffic;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Blocked;
import dev.metronome.model.record.Blocked.BlockedEvent;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Freeze;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.model.traffic.Windows;
import dev.metronome.pipeline.membership.Leadership;
import dev.metronome.pipeline.queue.EventQueue;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What keeps events that wait from beginning though it is their turn, by the leader's task files.
 * Writes down of which it does so, and why, whenever that changes ({@code blocked}).
 *
 * <p>Called by one thread at a time.
 */
public final class Barriers implements EventQueue.Barrier {

  private final Supplier<Schedule> files;
  private final KnownFreezes freezes;
  private final BooleanSupplier open;
  private final ConsulConnection connection;
  private final Keys keys;
  private final Leadership leadership;
  private final Clock clock;
  private Optional<Blocked> told = Optional.empty();

  /**
   * @param open has all events wait as long as it says no
   */
  public Barriers(
      Supplier<Schedule> files,
      KnownFreezes freezes,
      BooleanSupplier open,
      ConsulConnection connection,
      Keys keys,
      Leadership leadership,
      Clock clock) {
    this.files = files;
    this.freezes = freezes;
    this.open = open;
    this.connection = connection;
    this.keys = keys;
    this.leadership = leadership;
    this.clock = clock;
    leadership.listen(leader -> forget());
  }

  private synchronized void forget() {
    told = Optional.empty();
  }

  @Override
  public boolean isOpen() {
    return open.getAsBoolean();
  }

  @Override
  public Optional<BlockedEvent> against(Event event) {
    return now().against(event);
  }

  // INVARIANT: events with the same lane, freezes and windows keep their order.
  @Override
  public EventQueue.Barrier now() {
    return new Moment(files.get(), clock.instant());
  }

  /** By one reading of freezes and clock, whichever events it is asked about. */
  private final class Moment implements EventQueue.Barrier {
    private final Schedule schedule;
    private final Instant instant;
    private Optional<List<Freezes.Standing>> frozen = Optional.empty();

    Moment(Schedule schedule, Instant instant) {
      this.schedule = schedule;
      this.instant = instant;
    }

    @Override
    public Optional<BlockedEvent> against(Event event) {
      return event.override().isPresent()
          ? Optional.empty()
          : freezes
              .against(event, schedule.laneOf(event.name()).lane().name(), frozen())
              .map(it -> reason(it.freeze()))
              .or(() -> Barriers.against(schedule.windowsOf(event.name()), instant))
              .map(why -> new BlockedEvent(event.id(), why.sentence(), why.until()));
    }

    /** Read when it is needed first: where nothing waits, nothing is asked. */
    private List<Freezes.Standing> frozen() {
      frozen = Optional.of(frozen.orElseGet(freezes::now));
      return frozen.get();
    }
  }

  /**
   * Why an event may not begin now.
   *
   * @param until when it may; absent if that is never
   */
  public record Reason(String sentence, Optional<Instant> until) {}

  private static Reason reason(Optional<Freeze> freeze) {
    return new Reason(
        freeze.map(Freeze::sentence).orElse("a freeze that cannot be read"),
        freeze.flatMap(Freeze::until));
  }

  /** Why an event with these windows may not begin at a moment; empty if it may. */
  public static Optional<Reason> against(Windows windows, Instant now) {
    return windows.areOpen(now)
        ? Optional.empty()
        : Optional.of(new Reason("by its windows: " + windows.closedBy(now), windows.opening(now)));
  }

  @Override
  public synchronized void tell(List<BlockedEvent> events) {
    Blocked now = Blocked.of(events);
    Blocked before = told.orElseGet(this::standing);
    told = Optional.of(before);
    Optional<Transaction> fence = leadership.fenced();
    if (!now.equals(before) && fence.isPresent()) {
      Transaction change = new Transaction("blocked").set(keys.blocked(), Json.write(now));
      if (connection.commit(change.and(fence.get())).isDone()) {
        told = Optional.of(now);
      }
    }
  }

  private Blocked standing() {
    return connection
        .get(keys.blocked())
        .flatMap(entry -> Json.readable(entry.key(), entry.value(), Blocked.class))
        .orElseGet(() -> Blocked.of(List.of()));
  }
}
