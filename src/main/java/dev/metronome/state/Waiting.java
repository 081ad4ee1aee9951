package dev.metronome.state;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Keys;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Reads the event queue: its names first, then as many of its events as are wanted. */
final class Waiting {
  private static final Comparator<Entry> ORDER =
      Comparator.comparingLong(Entry::createIndex).thenComparingLong(Entry::flags);

  private final ConsulConnection connection;
  private final Keys keys;

  Waiting(ConsulConnection connection, Keys keys) {
    this.connection = connection;
    this.keys = keys;
  }

  /** IDs in the order of their letters. */
  List<String> ids() {
    String prefix = keys.eventQueue();
    return connection.names(prefix).stream()
        .map(name -> name.substring(prefix.length()))
        .filter(id -> !id.isEmpty() && !id.equals(Keys.ORIGINAL_LOCK))
        .toList();
  }

  /**
   * The queue in its order. Names do not tell the order: of one longer than {@code most} nothing
   * but the number is known without reading all of it.
   */
  QueueView read(int most) {
    List<String> ids = ids();
    List<Entry> entries = ids.size() <= most ? entries(ids) : List.of();
    return new QueueView(ids.size(), events(entries.stream()), ReadableRecords.newer(entries));
  }

  /** The same, of a queue that was read with its folder. */
  static QueueView of(List<Entry> queue, int most) {
    List<Entry> all = queue.stream().filter(Waiting::isEvent).toList();
    List<Entry> first = all.size() <= most ? all.stream().sorted(ORDER).toList() : List.of();
    return new QueueView(all.size(), events(first.stream()), ReadableRecords.newer(first));
  }

  private static boolean isEvent(Entry entry) {
    return !entry.key().endsWith("/") && !entry.key().endsWith("/" + Keys.ORIGINAL_LOCK);
  }

  static String id(Entry entry, Keys keys) {
    return entry.key().substring(keys.eventQueue().length());
  }

  /** Of these IDs those that wait, in the queue's order. */
  List<Entry> entries(List<String> ids) {
    return connection.read(ids.stream().map(keys::event).toList()).stream().sorted(ORDER).toList();
  }

  static List<EventSummary> events(Stream<Entry> entries) {
    return entries
        .flatMap(entry -> ReadableRecords.read(entry, Event.class).stream())
        .map(EventSummary::of)
        .toList();
  }
}
