package dev.metronome.state;

import dev.metronome.consul.Entry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Function;

/** The newest of the events that a query wants, as many as it wants; others are counted only. */
final class NewestEvents {
  private static final Comparator<Candidate> NEWEST =
      Comparator.comparing(Candidate::since).reversed().thenComparing(Candidate::id);

  private final EventQuery query;
  private final PriorityQueue<Candidate> newest = new PriorityQueue<>(NEWEST.reversed());
  private final List<LeftAlone> newer = new ArrayList<>();
  private int matching;
  private int total;

  /**
   * An event of the page, unless newer ones come.
   *
   * @param event absent if it was not read this time
   */
  private record Candidate(String id, Instant since, Optional<EventSummary> event) {}

  NewestEvents(EventQuery query) {
    this.query = query;
  }

  /** Those among what was just read that a newer version wrote. */
  void leave(List<Entry> entries) {
    ReadableRecords.newer(entries).stream().limit(query.limit() - newer.size()).forEach(newer::add);
  }

  /** An event as it was just read. */
  void offer(EventSummary event) {
    offer(query.wants(event), new Candidate(event.id(), event.since(), Optional.of(event)));
  }

  /** An event of which no more is known than that it is wanted, or not. */
  void offer(String id, Instant since, boolean wanted) {
    offer(wanted, new Candidate(id, since, Optional.empty()));
  }

  private void offer(boolean wanted, Candidate candidate) {
    total++;
    if (wanted) {
      matching++;
      newest.add(candidate);
      if (newest.size() > query.limit()) {
        newest.poll();
      }
    }
  }

  /**
   * The page, the newest first.
   *
   * @param reader reads the events with these IDs, those that there still are
   */
  EventPage page(Function<List<String>, List<EventSummary>> reader) {
    List<Candidate> page = newest.stream().sorted(NEWEST).toList();
    Map<String, EventSummary> events = new HashMap<>();
    List<String> unread =
        page.stream().filter(it -> it.event().isEmpty()).map(Candidate::id).toList();
    reader.apply(unread).forEach(event -> events.put(event.id(), event));
    page.forEach(it -> it.event().ifPresent(event -> events.put(event.id(), event)));
    return new EventPage(
        page.stream().flatMap(it -> Optional.ofNullable(events.get(it.id())).stream()).toList(),
        matching,
        total,
        newer);
  }
}
