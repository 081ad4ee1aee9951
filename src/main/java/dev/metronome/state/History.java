package dev.metronome.state;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.PlainResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * Lists events by their results. Thread-safe.
 *
 * <p>One request lists the names, further ones get 64 results each; logs and results of tasks are
 * never read. How an event ended and when it began never changes (promise 6), and is remembered of
 * {@value #REMEMBERED} events: who asks again costs one request, one for each 64 events that are
 * new, and one for each 64 of the page, whose retries may have changed. No more events are in
 * memory than the page has, and some hundreds that are just being read.
 */
// INVARIANT: promise 8, everything is bounded.
final class History {
  /** As many as the retention of an agent can be told to keep, at some 200 bytes each. */
  static final int REMEMBERED = 10_000;

  private static final int TOGETHER = 256;

  private final ConsulConnection connection;
  private final Keys keys;
  private final Map<String, Fact> ended = new ConcurrentHashMap<>();

  /** What never changes of an event that has ended. */
  private record Fact(
      State status, Instant since, String name, Optional<String> by, Optional<Duration> run) {
    static Fact of(EventSummary event) {
      return new Fact(
          event.status(), event.since(), event.name(), event.by(), UsualDuration.run(event));
    }

    boolean isWanted(EventQuery query) {
      return query.wants(status, since, name, by);
    }
  }

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
    Map<String, String> queued = waiting.keys();
    Set<String> dispatched = new HashSet<>(ids(""));
    ended.keySet().retainAll(dispatched);
    NewestEvents selection = new NewestEvents(query);
    queued.keySet().removeAll(dispatched);
    for (List<String> some : together(List.copyOf(queued.keySet()))) {
      List<Entry> found = waiting.entries(some.stream().map(queued::get).toList());
      selection.leave(found);
      Waiting.events(found.stream()).forEach(selection::offer);
      dispatched.addAll(some); // those that are not there any more
      found.forEach(entry -> keys.eventId(entry.key()).ifPresent(dispatched::remove));
    }
    dispatched(dispatched, query, selection);
    return selection.page(page -> results(entries(page)));
  }

  private void dispatched(Set<String> ids, EventQuery query, NewestEvents selection) {
    List<String> unknown = new ArrayList<>();
    for (String id : ids) {
      Fact fact = ended.get(id);
      boolean wanted = fact == null || fact.isWanted(query);
      if (fact == null || (wanted && !query.params().isEmpty())) { // parameters are not remembered
        unknown.add(id);
      } else {
        selection.offer(id, fact.since(), wanted);
      }
    }
    for (List<String> some : together(unknown)) {
      List<Entry> entries = entries(some);
      selection.leave(entries);
      List<EventSummary> found = results(entries);
      found.forEach(selection::offer);
      found.forEach(this::remember);
    }
  }

  /** How long events of these names take as a rule, as far as one of them has succeeded. */
  Map<String, UsualDuration> usual(Set<String> names) {
    Map<String, List<Duration>> runs = new HashMap<>();
    if (!names.isEmpty()) {
      facts().stream()
          .filter(fact -> fact.run().isPresent() && names.contains(fact.name()))
          .sorted(Comparator.comparing(Fact::since).reversed())
          .forEach(
              fact ->
                  runs.computeIfAbsent(fact.name(), name -> new ArrayList<>())
                      .add(fact.run().get()));
    }
    Map<String, UsualDuration> usual = new HashMap<>();
    runs.forEach((name, newestFirst) -> usual.put(name, UsualDuration.of(newestFirst)));
    return usual;
  }

  /** Of all events that were dispatched. */
  private List<Fact> facts() {
    List<String> ids = ids("");
    ended.keySet().retainAll(Set.copyOf(ids));
    List<Fact> facts = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (String id : ids) {
      Optional.ofNullable(ended.get(id)).ifPresentOrElse(facts::add, () -> unknown.add(id));
    }
    for (List<String> some : together(unknown)) {
      List<EventSummary> found = results(entries(some));
      found.stream().map(Fact::of).forEach(facts::add);
      found.forEach(this::remember);
    }
    return facts;
  }

  private static List<List<String>> together(List<String> ids) {
    return IntStream.range(0, (ids.size() + TOGETHER - 1) / TOGETHER)
        .mapToObj(i -> ids.subList(i * TOGETHER, Math.min(ids.size(), (i + 1) * TOGETHER)))
        .toList();
  }

  private void remember(EventSummary event) {
    if (event.status().isFinal() && ended.size() < REMEMBERED) {
      ended.put(event.id(), Fact.of(event));
    }
  }

  private List<Entry> entries(List<String> ids) {
    return connection.read(ids.stream().map(keys::result).toList());
  }

  private static List<EventSummary> results(List<Entry> entries) {
    return entries.stream().flatMap(entry -> result(entry).stream()).map(EventSummary::of).toList();
  }

  private static Optional<EventResult> result(Entry entry) {
    return PlainResult.read(entry.value()).or(() -> ReadableRecords.read(entry, EventResult.class));
  }
}
