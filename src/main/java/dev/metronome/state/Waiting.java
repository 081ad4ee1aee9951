package dev.metronome.state;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.model.record.Blocked.BlockedEvent;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Keys;
import dev.metronome.pipeline.queue.EventQueue;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads the event queue: its names first, then as many of its events as are wanted. */
final class Waiting {
  private static final Comparator<Entry> ORDER = EventQueue.ORDER;

  private final ConsulConnection connection;
  private final Keys keys;

  Waiting(ConsulConnection connection, Keys keys) {
    this.connection = connection;
    this.keys = keys;
  }

  /** Where each of them stands, by ID. */
  Map<String, String> keys() {
    Map<String, String> found = new LinkedHashMap<>();
    connection
        .names(keys.eventQueue())
        .forEach(key -> keys.eventId(key).ifPresent(id -> found.put(id, key)));
    return found;
  }

  /**
   * The queue in its order. Names do not tell the order: of one longer than {@code most} nothing
   * but the number is known without reading all of it.
   */
  QueueView read(int most) {
    Collection<String> found = keys().values();
    List<Entry> entries = found.size() <= most ? entries(found) : List.of();
    List<EventSummary> events = events(entries.stream());
    List<BlockedEvent> blocked =
        events.isEmpty() ? List.of() : TrafficView.blocked(connection, keys);
    return new QueueView(
        found.size(),
        events,
        new TrafficView(List.of(), blocked).among(events),
        Map.of(),
        ReadableRecords.newer(entries));
  }

  /** The same, of a queue that was read with its folder. */
  static QueueView of(List<Entry> queue, Keys keys, TrafficView traffic, int most) {
    List<Entry> all =
        queue.stream().filter(entry -> keys.eventId(entry.key()).isPresent()).toList();
    List<Entry> first = all.size() <= most ? all.stream().sorted(ORDER).toList() : List.of();
    List<EventSummary> events = events(first.stream());
    return new QueueView(
        all.size(), events, traffic.among(events), Map.of(), ReadableRecords.newer(first));
  }

  /** Of these keys those that are still there, in the queue's order. */
  List<Entry> entries(Collection<String> found) {
    return connection.read(List.copyOf(found)).stream().sorted(ORDER).toList();
  }

  static List<EventSummary> events(Stream<Entry> entries) {
    return entries
        .flatMap(entry -> ReadableRecords.read(entry, Event.class).stream())
        .map(EventSummary::of)
        .toList();
  }
}
