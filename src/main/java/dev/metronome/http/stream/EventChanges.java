package dev.metronome.http.stream;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NewerRecordException;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.UnreadableRecordException;
import dev.metronome.state.Arrivals;
import dev.metronome.state.EventSummary;
import dev.metronome.state.EventView;
import dev.metronome.state.ResultReader;
import dev.metronome.state.WatchedState;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Tells of each event that has changed. Not thread-safe.
 *
 * <p><em>Guarantees</em>: of an event that has ended since this began the end is told, however
 * short it was; a state is never older than one that was told before.
 */
final class EventChanges {

  private static final long LISTING_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final ConsulConnection connection;
  private final Keys keys;
  private final Consumer<Object> teller;
  private final Arrivals arrivals;
  private final Map<String, Live> live = new LinkedHashMap<>();
  private Optional<Set<String>> waiting = Optional.empty();
  private final Set<String> continued = new LinkedHashSet<>();
  private long queueIndex;
  private long progressIndex;
  private boolean listingDue;
  private long listedNanos = System.nanoTime();
  private long pauseNanos = LISTING_NANOS;

  /**
   * @param teller takes an {@link EventView} or an {@link EventSummary}
   */
  EventChanges(ConsulConnection connection, Keys keys, Consumer<Object> teller) {
    this.connection = connection;
    this.keys = keys;
    this.teller = teller;
    this.arrivals = new Arrivals(connection, keys);
  }

  /** An event in progress, and how it stood when that was told last. */
  private static final class Live {
    private final ResultReader reader;
    private Optional<EventView> told = Optional.empty();

    Live(ResultReader reader) {
      this.reader = reader;
    }
  }

  /** How the events in progress stood when that was told last. */
  List<EventView> running() {
    return live.values().stream().flatMap(event -> event.told.stream()).toList();
  }

  /** Looks at what may have changed. */
  void look(WatchedState sighting, long queueNow, long progressNow) {
    if (queueNow != queueIndex) {
      queue(sighting);
      listingDue = true; // an event may end without ever being in progress
      queueIndex = queueNow;
    }
    if (progressNow != progressIndex) {
      progress(sighting.plans());
      progressIndex = progressNow;
    }
    if (listingDue && System.nanoTime() - listedNanos >= pauseNanos) {
      list();
    }
  }

  /** How long until there is more to do unasked; nothing if there is not. */
  Optional<Long> dueNanos() {
    long left = pauseNanos - (System.nanoTime() - listedNanos);
    return listingDue ? Optional.of(Math.max(0, left)) : Optional.empty();
  }

  /** What waited at the beginning is told with the cluster's status. */
  private void queue(WatchedState sighting) {
    Set<String> now = new HashSet<>();
    for (EventSummary event : sighting.waiting()) {
      now.add(event.id());
      if (waiting.isPresent() && !waiting.get().contains(event.id())) {
        teller.accept(event);
      }
    }
    waiting = Optional.of(now);
  }

  private void progress(List<Plan> plans) {
    Set<String> now = plans.stream().map(plan -> plan.event().id()).collect(Collectors.toSet());
    if (!now.equals(live.keySet())) {
      listingDue = true; // others may have come and gone between the two
    }
    live.values().stream()
        .filter(event -> !now.contains(event.reader.eventId()))
        .forEach(this::tell);
    live.keySet().retainAll(now);
    for (Plan plan : plans) {
      Live event = live.computeIfAbsent(plan.event().id(), id -> begun(plan));
      event.reader.learn(plan);
      tell(event);
    }
  }

  private Live begun(Plan plan) {
    plan.event().resume().ifPresent(it -> continued.add(it.of()));
    return new Live(new ResultReader(connection, keys, plan.event().id()));
  }

  private void tell(Live event) {
    Optional<EventView> now = legible(event.reader);
    if (now.isPresent() && !now.equals(event.told)) {
      event.told = now;
      teller.accept(now.get());
      now.filter(EventView::hasEnded).ifPresent(view -> arrivals.know(event.reader.eventId()));
    }
  }

  private static Optional<EventView> legible(ResultReader event) {
    try {
      return event.read();
    } catch (UnreadableRecordException | NewerRecordException e) {
      return Optional.empty(); // it harms no other event
    }
  }

  /** What a listing finds has no tasks: of an event that was followed, better is known. */
  private void end(EventSummary event) {
    Optional<Live> known = Optional.ofNullable(live.get(event.id()));
    known.ifPresent(this::tell);
    if (known.flatMap(it -> it.told).filter(EventView::hasEnded).isEmpty()) {
      teller.accept(event);
    }
  }

  /** The larger the history, the less often. */
  private void list() {
    long began = System.nanoTime();
    listingDue = false;
    try {
      for (EventSummary event : arrivals.look()) {
        end(event);
        event.retryOf().ifPresent(continued::add);
      }
      arrivals.read(continued).forEach(teller);
      continued.clear();
    } catch (RuntimeException e) {
      listingDue = true;
      throw e;
    } finally {
      listedNanos = System.nanoTime();
      pauseNanos = Math.max(LISTING_NANOS, 20 * (listedNanos - began));
    }
  }
}
