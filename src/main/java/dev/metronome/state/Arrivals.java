package dev.metronome.state;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Keys;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the events that have begun or ended since it looked last, however short they were. Not
 * thread-safe.
 *
 * <p>A look is one request for names, and one for each 64 events that are new.
 */
public final class Arrivals {
  private final ConsulConnection connection;
  private final Keys keys;
  private final Set<String> known;

  /** Knows what there is by now. */
  public Arrivals(ConsulConnection connection, Keys keys) {
    this.connection = connection;
    this.keys = keys;
    this.known = new HashSet<>(ids());
  }

  /** Looks now; in the order in which they began. */
  public List<EventSummary> look() {
    List<EventSummary> ended =
        unknown().stream().filter(event -> event.status().isFinal()).toList();
    ended.forEach(event -> known.add(event.id()));
    return ended;
  }

  /** Those that have begun and are not known, in that order; they stay unknown. */
  public List<EventSummary> unknown() {
    List<String> ids = ids();
    known.retainAll(Set.copyOf(ids));
    return read(ids.stream().filter(id -> !known.contains(id)).toList()).stream()
        .sorted(Comparator.comparing(EventSummary::since).thenComparing(EventSummary::id))
        .toList();
  }

  /** How these stand, those that have a result. */
  public List<EventSummary> read(Collection<String> ids) {
    return connection.read(ids.stream().map(keys::result).toList()).stream()
        .flatMap(entry -> ReadableRecords.read(entry, EventResult.class).stream())
        .map(EventSummary::of)
        .toList();
  }

  /** Is told already. */
  public void know(String id) {
    known.add(id);
  }

  private List<String> ids() {
    String prefix = keys.results();
    return connection.children(prefix).stream()
        .filter(name -> !name.endsWith("/"))
        .map(name -> name.substring(prefix.length()))
        .filter(id -> !id.isEmpty())
        .toList();
  }
}
