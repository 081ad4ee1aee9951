package dev.metronome.pipeline.membership;

import dev.metronome.base.log.PrintableText;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Held;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Lane;
import dev.metronome.model.record.Lead;
import dev.metronome.model.record.Limit;
import dev.metronome.model.record.Presence;
import dev.metronome.model.record.Presence.PatternPresence;
import dev.metronome.model.schedule.DeclaredParameters;
import dev.metronome.model.schedule.Nearest;
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
  public Roster {
    presences = List.copyOf(presences);
  }

  /** Reads it now. */
  public static Roster read(ConsulConnection connection, Keys keys) {
    return of(entries(connection, keys));
  }

  /**
   * Every presence as it stands in Consul, also of an agent that has died or is of a newer kind.
   */
  public static List<Entry> entries(ConsulConnection connection, Keys keys) {
    return connection.read(
        connection.names(keys.nodes()).stream().filter(Keys::isPresence).toList());
  }

  /** The node whose presence stands there. */
  public static String nodeOf(String key) {
    String folder = key.substring(0, key.lastIndexOf('/'));
    return folder.substring(folder.lastIndexOf('/') + 1);
  }

  /** Nodes with a presence, also of an agent that has died; one request, for names only. */
  public static List<String> nodes(ConsulConnection connection, Keys keys) {
    return connection.names(keys.nodes()).stream()
        .filter(Keys::isPresence)
        .map(Roster::nodeOf)
        .toList();
  }

  /** What was read below the nodes' prefix. */
  public static Roster of(List<Entry> entries) {
    return new Roster(
        entries.stream()
            .filter(entry -> Keys.isPresence(entry.key()))
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

  /** What the leader has found of the original, so that events wait. */
  public Optional<String> original(Optional<Lead> lead) {
    return lead.flatMap(
        leader ->
            presences.stream()
                .filter(presence -> presence.incarnation().equals(leader.incarnation()))
                .flatMap(presence -> presence.original().stream())
                .findFirst());
  }

  /** What routes of theirs fail on again and again, so that it waits. */
  public List<Held> held() {
    return presences.stream().flatMap(presence -> presence.held().stream()).toList();
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

  /** That none of them defines an event of this name, and which one may be meant. */
  public Optional<String> undefined(String event) {
    Set<String> known = events();
    return known.isEmpty() || known.contains(event)
        ? Optional.empty()
        : Optional.of(
            "no agent's task files define the event "
                + PrintableText.of(event)
                + Nearest.hint(event, known));
  }

  /**
   * The lanes of events by their names, as the task files of whoever leads say; events that are not
   * among them are in the common one.
   */
  public Map<String, Lane> lanes(Optional<Lead> lead) {
    Map<String, Lane> lanes = new TreeMap<>();
    presences.stream()
        .filter(it -> lead.filter(leader -> leader.node().equals(it.node())).isPresent())
        .forEach(it -> it.patterns().values().forEach(each -> lanes.putAll(each.lanes())));
    return lanes;
  }

  /** The lanes that some agent's task files name, and the common one. */
  public Set<String> lanes() {
    Set<String> lanes = new TreeSet<>(Set.of(Lane.COMMON.name()));
    for (Presence presence : presences) {
      for (PatternPresence pattern : presence.patterns().values()) {
        pattern.lanes().values().forEach(lane -> lanes.add(lane.name()));
      }
    }
    return lanes;
  }

  /** That none of them names such a lane, and which one may be meant. */
  public Optional<String> unknownLane(String lane) {
    Set<String> known = lanes();
    return presences.isEmpty() || known.contains(lane)
        ? Optional.empty()
        : Optional.of(
            "no agent's task files name the lane "
                + PrintableText.of(lane)
                + Nearest.hint(lane, known));
  }

  /** Why an event may not be queued; the leader decides where the agents' task files differ. */
  public Optional<String> objection(Event event) {
    return event.limit().flatMap(this::objection).or(() -> objection(event.name(), event.params()));
  }

  /** That a limit names nodes which nobody is on. */
  public Optional<String> objection(Limit limit) {
    List<String> unknown =
        limit.nodes().stream().filter(node -> !isEmpty() && !nodes().contains(node)).toList();
    return unknown.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "its limit names "
                + String.join(", ", unknown)
                + ", where no agent lives"
                + Nearest.hint(unknown.get(0), nodes()));
  }

  /**
   * Why no agent that defines the event takes it with these parameters; where their task files
   * differ, the leader decides.
   */
  public Optional<String> objection(String event, Map<String, String> params) {
    List<Presence> defining = presences.stream().filter(it -> it.defines(event)).toList();
    List<String> objections =
        defining.stream().flatMap(it -> declared(it, event).objection(params).stream()).toList();
    return objections.isEmpty() || objections.size() < defining.size()
        ? Optional.empty()
        : Optional.of(objections.get(0));
  }

  private static DeclaredParameters declared(Presence agent, String event) {
    return agent.patterns().values().stream()
        .filter(pattern -> pattern.events().contains(event))
        .filter(pattern -> pattern.parameters().containsKey(event))
        .map(pattern -> DeclaredParameters.of(pattern.parameters().get(event)))
        .reduce(DeclaredParameters.ANY, DeclaredParameters::and);
  }

  private static Optional<Presence> readable(Entry entry) {
    return Json.readable(entry.key(), entry.value(), Presence.class);
  }
}
