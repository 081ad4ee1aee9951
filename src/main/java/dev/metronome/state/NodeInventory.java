package dev.metronome.state;

import dev.metronome.consul.Catalog;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.NodeHealth;
import dev.metronome.consul.Registration;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Lead;
import dev.metronome.model.record.Presence;
import dev.metronome.pipeline.dispatch.Targets;
import dev.metronome.pipeline.membership.Roster;
import dev.metronome.state.NodeView.Difference;
import dev.metronome.state.NodeView.Health;
import dev.metronome.state.NodeView.Life;
import dev.metronome.state.NodeView.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Joins what Consul's catalog, the agents' presence and the events in progress tell of nodes. */
final class NodeInventory {
  private static final int DIGITS = 12;

  /** A presence, and whether its agent's session holds it. */
  private record Agent(Presence presence, Life life) {}

  private final NavigableMap<String, Agent> agents = new TreeMap<>();
  private final NavigableMap<String, Life> silent = new TreeMap<>();
  private final Map<String, String> consulNodes = new HashMap<>();
  private final SortedMap<String, NodeHealth> catalog;
  private final InProgress progress;
  private final Optional<Lead> lead;

  private NodeInventory(
      SortedMap<String, NodeHealth> catalog, InProgress progress, Optional<Lead> lead) {
    this.catalog = catalog;
    this.progress = progress;
    this.lead = lead;
  }

  static List<NodeView> take(
      ConsulConnection connection, Keys keys, InProgress progress, Optional<Lead> lead) {
    CatalogNodes neighbours = CatalogNodes.read(connection);
    return of(neighbours, Roster.entries(connection, keys), progress, lead);
  }

  /**
   * @param nodes what was read below the nodes' prefix
   */
  static List<NodeView> of(
      CatalogNodes neighbours, List<Entry> nodes, InProgress progress, Optional<Lead> lead) {
    NodeInventory census = new NodeInventory(neighbours.nodes(), progress, lead);
    nodes.stream().filter(entry -> Keys.isPresence(entry.key())).forEach(census::meet);
    for (Catalog.Instance agent : neighbours.agents()) {
      Registration.nodeOf(Targets.AGENT_SERVICE, agent)
          .ifPresent(name -> census.consulNodes.put(name, agent.node()));
    }
    return census.views();
  }

  private void meet(Entry entry) {
    Life life = entry.isLocked() ? Life.LIVE : Life.GONE;
    ReadableRecords.read(entry, Presence.class)
        .ifPresentOrElse(
            presence -> agents.put(presence.node(), new Agent(presence, life)),
            () -> silent.put(Roster.nodeOf(entry.key()), life));
  }

  private List<NodeView> views() {
    NavigableMap<String, NodeView> views = new TreeMap<>();
    agents.forEach((node, agent) -> views.put(node, inhabited(node, agent)));
    silent.forEach((node, life) -> views.put(node, bare(node, life)));
    Set<String> inhabited =
        views.keySet().stream()
            .map(node -> consulNodes.getOrDefault(node, node))
            .collect(Collectors.toSet());
    for (String node : catalog.keySet()) {
      if (!inhabited.contains(node)) {
        views.put(node, bare(node, Life.NONE));
      }
    }
    return List.copyOf(views.values());
  }

  private NodeView inhabited(String node, Agent agent) {
    Presence presence = agent.presence();
    return new NodeView(
        node,
        health(consulNodes.getOrDefault(node, node)),
        agent.life(),
        isLeader(node) ? Role.LEADER : Role.MEMBER,
        Optional.of(presence.version()),
        Optional.of(presence.host().split(" ", 2)[0]),
        Optional.of(presence.pid()),
        Optional.of(presence.startedAt()),
        digests(presence),
        differences(presence),
        progress.doing(node).stream().findFirst(),
        progress.doing(node).stream().skip(1).toList(),
        presence.busy(),
        presence.faults(),
        note(consulNodes.getOrDefault(node, node)),
        presence.roles());
  }

  /** Of whose agent nothing else is known: there is none, or a newer version wrote of itself. */
  private NodeView bare(String node, Life life) {
    return new NodeView(
        node,
        health(consulNodes.getOrDefault(node, node)),
        life,
        isLeader(node) ? Role.LEADER : Role.MEMBER,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        List.of(),
        progress.doing(node).stream().findFirst(),
        progress.doing(node).stream().skip(1).toList(),
        Optional.empty(),
        Map.of(),
        note(consulNodes.getOrDefault(node, node)),
        List.of());
  }

  private boolean isLeader(String node) {
    return lead.filter(leader -> leader.node().equals(node)).isPresent();
  }

  private Health health(String consulNode) {
    NodeHealth known = catalog.get(consulNode);
    return known == null ? Health.UNKNOWN : Health.valueOf(known.state().name());
  }

  private Optional<String> note(String consulNode) {
    return Optional.ofNullable(catalog.get(consulNode)).flatMap(NodeHealth::note);
  }

  private List<Difference> differences(Presence presence) {
    Optional<Presence> leader = lead.map(Lead::node).map(agents::get).map(Agent::presence);
    return leader.map(model -> differences(digests(model), digests(presence))).orElse(List.of());
  }

  static List<Difference> differences(Map<String, String> model, Map<String, String> own) {
    List<Difference> found = new ArrayList<>();
    model.forEach(
        (pattern, digest) -> {
          if (!own.containsKey(pattern)) {
            found.add(new Difference(pattern, Difference.Kind.MISSING));
          } else if (!own.get(pattern).equals(digest)) {
            found.add(new Difference(pattern, Difference.Kind.OTHER));
          }
        });
    own.keySet().stream()
        .filter(pattern -> !model.containsKey(pattern))
        .forEach(pattern -> found.add(new Difference(pattern, Difference.Kind.ADDITIONAL)));
    return found;
  }

  static Map<String, String> digests(Presence presence) {
    NavigableMap<String, String> digests = new TreeMap<>();
    presence
        .patterns()
        .forEach(
            (name, pattern) ->
                digests.put(
                    name,
                    pattern.digest().substring(0, Math.min(DIGITS, pattern.digest().length()))));
    return digests;
  }
}
