package dev.metronome.dispatch;

import dev.metronome.consul.Catalog;
import dev.metronome.consul.Registration;
import dev.metronome.record.PlannedTask;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Finds the nodes that a task is for, by a fresh read of Consul's catalog: with a filter the nodes
 * that have the service (by name) and the tag; without one every node with a live agent.
 */
public final class Targets {

  /** The service that every agent registers itself as. */
  public static final String AGENT_SERVICE = "metronome";

  private final Catalog catalog;
  private final LiveAgents agents;

  public Targets(Catalog catalog, LiveAgents agents) {
    this.catalog = catalog;
    this.agents = agents;
  }

  /**
   * Nodes that match, each in one of the three.
   *
   * @param ready with a live agent
   * @param withoutAgent alive in Consul, but no agent of ours is registered and healthy there
   * @param failed Consul itself reports the node as failed
   */
  public record Resolution(List<String> ready, List<String> withoutAgent, List<String> failed) {

    public Resolution {
      ready = List.copyOf(ready);
      withoutAgent = List.copyOf(withoutAgent);
      failed = List.copyOf(failed);
    }

    /** Those of them that were chosen; all, if none was. */
    Resolution among(List<String> chosen) {
      return chosen.isEmpty()
          ? this
          : new Resolution(
              ready.stream().filter(chosen::contains).toList(),
              withoutAgent.stream().filter(chosen::contains).toList(),
              failed.stream().filter(chosen::contains).toList());
    }

    /** The chosen nodes that are not among them. */
    List<String> missing(List<String> chosen) {
      return chosen.stream()
          .filter(node -> !ready.contains(node))
          .filter(node -> !withoutAgent.contains(node) && !failed.contains(node))
          .toList();
    }

    /** The nodes that a task would be opened for; none if there is no node for it yet. */
    public List<String> targets(PlannedTask task) {
      List<String> nodes = new ArrayList<>(ready);
      if (!task.skipUnreachable()) {
        nodes.addAll(withoutAgent);
      }
      return List.copyOf(nodes);
    }

    /** Whether a failed node among them ends the task before it is opened. */
    public boolean blocks(PlannedTask task) {
      return !failed.isEmpty() && !task.skipUnreachable();
    }

    public boolean isEmpty() {
      return ready.isEmpty() && withoutAgent.isEmpty() && failed.isEmpty();
    }
  }

  public Resolution resolve(PlannedTask task) {
    List<Catalog.Instance> registered = agents.now();
    return task.service()
        .map(service -> matching(catalog.instances(service, task.tag()), registered))
        .orElseGet(() -> new Resolution(sorted(live(registered)), List.of(), List.of()));
  }

  /** Those of the nodes that Consul reports as failed; an agent is judged by its Consul node. */
  public List<String> failedAmong(Collection<String> nodes) {
    Map<String, Boolean> alive = new HashMap<>();
    for (Catalog.Instance agent : agents.now()) {
      Registration.nodeOf(AGENT_SERVICE, agent)
          .ifPresent(name -> alive.merge(name, agent.nodeAlive(), Boolean::logicalOr));
    }
    return nodes.stream()
        .filter(node -> alive.containsKey(node) ? !alive.get(node) : !catalog.isNodeAlive(node))
        .sorted()
        .toList();
  }

  private static Resolution matching(
      List<Catalog.Instance> matches, List<Catalog.Instance> agents) {
    Set<String> live = live(agents);
    Map<String, List<String>> byNode = byConsulNode(agents);
    Set<String> ready = new TreeSet<>();
    Set<String> without = new TreeSet<>();
    Set<String> failed = new TreeSet<>();
    Map<String, Boolean> nodes = new TreeMap<>();
    matches.forEach(match -> nodes.merge(match.node(), match.nodeAlive(), Boolean::logicalAnd));
    nodes.forEach(
        (node, alive) -> {
          List<String> named = live.contains(node) ? List.of(node) : byNode.get(node);
          if (!alive) {
            failed.add(node);
          } else if (named == null) {
            without.add(node);
          } else {
            ready.addAll(named);
          }
        });
    return new Resolution(sorted(ready), sorted(without), sorted(failed));
  }

  private static Set<String> live(List<Catalog.Instance> agents) {
    return agents.stream()
        .filter(Catalog.Instance::passing)
        .flatMap(agent -> Registration.nodeOf(AGENT_SERVICE, agent).stream())
        .collect(Collectors.toSet());
  }

  /** Agents that were given another name than their Consul node's. */
  private static Map<String, List<String>> byConsulNode(List<Catalog.Instance> agents) {
    Map<String, List<String>> byNode = new HashMap<>();
    for (Catalog.Instance agent : agents) {
      if (agent.passing()) {
        Registration.nodeOf(AGENT_SERVICE, agent)
            .ifPresent(
                name -> byNode.computeIfAbsent(agent.node(), n -> new ArrayList<>()).add(name));
      }
    }
    return byNode;
  }

  private static List<String> sorted(Collection<String> nodes) {
    return nodes.stream().sorted(Comparator.naturalOrder()).toList();
  }
}
