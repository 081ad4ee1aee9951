package dev.metronome.view;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.record.EventResult;
import dev.metronome.record.Keys;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Lists events by their results. Thread-safe.
 *
 * <p>One request lists the names, further ones get 64 results each; logs and results of tasks are
 * never read. A final result is remembered, since it never changes (promise 6): who asks again
 * costs one request and one for each 64 events that are new.
 */
final class History {
  private static final Comparator<EventSummary> NEWEST =
      Comparator.comparing(EventSummary::since).reversed().thenComparing(EventSummary::id);

  private final ConsulConnection connection;
  private final Keys keys;
  private final Map<String, EventSummary> ended = new ConcurrentHashMap<>();

  History(ConsulConnection connection, Keys keys) {
    this.connection = connection;
    this.keys = keys;
  }

  /** IDs that begin so and have a result. */
  List<String> ids(String beginning) {
    String prefix = keys.results();
    return connection.children(prefix + beginning).stream()
        .filter(name -> !name.endsWith("/"))
        .map(name -> name.substring(prefix.length()))
        .toList();
  }

  /** The queue is read first: an event that moves meanwhile is then found in both. */
  EventPage page(EventQuery query, Waiting waiting) {
    Map<String, EventSummary> all = new HashMap<>();
    waiting.events(waiting.ids()).forEach(event -> all.put(event.id(), event));
    List<String> ids = ids("");
    ended.keySet().retainAll(Set.copyOf(ids));
    dispatched(ids).forEach(event -> all.put(event.id(), event));
    List<EventSummary> matching =
        all.values().stream().filter(query::wants).sorted(NEWEST).toList();
    List<EventSummary> page = matching.stream().limit(query.limit()).toList();
    return new EventPage(page, matching.size(), all.size());
  }

  private Stream<EventSummary> dispatched(List<String> ids) {
    List<String> unknown = ids.stream().filter(id -> !ended.containsKey(id)).toList();
    List<EventSummary> read =
        connection.read(unknown.stream().map(keys::result).toList()).stream()
            .flatMap(entry -> Legible.read(entry, EventResult.class).stream())
            .map(EventSummary::of)
            .toList();
    List<EventSummary> known =
        ids.stream().flatMap(id -> Stream.ofNullable(ended.get(id))).toList();
    read.stream()
        .filter(event -> event.status().isFinal())
        .forEach(event -> ended.put(event.id(), event));
    return Stream.concat(known.stream(), read.stream());
  }
}
