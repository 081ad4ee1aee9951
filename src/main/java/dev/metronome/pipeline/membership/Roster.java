package dev.metronome.pipeline.membership;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NewerRecordException;
import dev.metronome.model.record.Presence;
import dev.metronome.model.record.Presence.PatternPresence;
import dev.metronome.model.record.UnreadableRecordException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the agents that live say of themselves, at one moment.
 *
 * @param presences of those that hold the lock of their presence
 */
public record Roster(List<Presence> presences) {
  private static final String PRESENCE = "/agent";

  public Roster {
    presences = List.copyOf(presences);
  }

  /** Reads it now. */
  public static Roster read(ConsulConnection connection, Keys keys) {
    List<String> names =
        connection.names(keys.nodes()).stream().filter(name -> name.endsWith(PRESENCE)).toList();
    return of(connection.read(names));
  }

  /** Nodes with a presence, also of an agent that has died; one request, for names only. */
  public static List<String> nodes(ConsulConnection connection, Keys keys) {
    String prefix = keys.nodes();
    return connection.names(prefix).stream()
        .filter(name -> name.endsWith(PRESENCE))
        .map(name -> name.substring(prefix.length(), name.length() - PRESENCE.length()))
        .toList();
  }

  /** What was read below the nodes' prefix. */
  public static Roster of(List<Entry> entries) {
    return new Roster(
        entries.stream()
            .filter(entry -> entry.key().endsWith(PRESENCE))
            .filter(Entry::isLocked)
            .flatMap(entry -> readable(entry).stream())
            .toList());
  }

  public boolean isEmpty() {
    return presences.isEmpty();
  }

  /** The names of their nodes, sorted. */
  public List<String> nodes() {
    return presences.stream().map(Presence::node).sorted().toList();
  }

  /** Why their task files cannot be used as they are now, by node and pattern. */
  public Map<String, Map<String, String>> faults() {
    Map<String, Map<String, String>> faults = new TreeMap<>();
    presences.stream()
        .filter(presence -> !presence.faults().isEmpty())
        .forEach(presence -> faults.put(presence.node(), presence.faults()));
    return faults;
  }

  /** Every event that some agent's task files define. */
  public Set<String> events() {
    Set<String> events = new TreeSet<>();
    for (Presence presence : presences) {
      for (PatternPresence pattern : presence.patterns().values()) {
        events.addAll(pattern.events());
      }
    }
    return events;
  }

  private static Optional<Presence> readable(Entry entry) {
    try {
      return Optional.of(Json.read(entry.key(), entry.value(), Presence.class));
    } catch (UnreadableRecordException | NewerRecordException e) {
      return Optional.empty();
    }
  }
}
