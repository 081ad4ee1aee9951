package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.Catalog;
import dev.metronome.consul.NodeHealth;
import dev.metronome.consul.Registration;
import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.PlannedTask;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the nodes that a task is for, by a fresh read of Consul's catalog: with a filter the nodes
 * that have the service (by name) and the tag; without one every node with a live agent.
 */
public final class Targets {

  /** The service that every agent registers itself as. */
  public static final String AGENT_SERVICE = "metronome";

  private final Catalog catalog;
  private final LiveAgents agents;
  private final Supplier<List<String>> present;

  /**
   * @param present the nodes whose agent lives, or has died and has left its presence
   */
  public Targets(Catalog catalog, LiveAgents agents, Supplier<List<String>> present) {
    this.catalog = catalog;
    this.agents = agents;
    this.present = present;
  }

  /**
   * Nodes that match, each in one of the three.
   *
   * @param ready with a live agent
   * @param withoutAgent not failed in Consul, but no agent of ours is registered and healthy there;
   *     for every node those only that have had one
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

    /**
     * The chosen nodes that are not among them; of every node's task those without an agent too.
     */
    List<String> missing(List<String> chosen, PlannedTask task) {
      return chosen.stream()
          .filter(node -> !ready.contains(node))
          .filter(
              node ->
                  task.service().isEmpty()
                      || (!withoutAgent.contains(node) && !failed.contains(node)))
          .toList();
    }

    /** All of them, of which this event may run it on the chosen only. */
    private List<String> notAgain(List<String> chosen) {
      return chosen.isEmpty()
          ? List.of()
          : everyone().stream().filter(node -> !chosen.contains(node)).toList();
    }

    private List<String> everyone() {
      return Stream.of(ready, withoutAgent, failed).flatMap(List::stream).sorted().toList();
    }

    /**
     * Those that match and would not run the task, and why.
     *
     * @param chosen the only ones that may run it; all, if there are none
     */
    public List<LeftOut> leftOut(PlannedTask task, List<String> chosen) {
      List<LeftOut> out = new ArrayList<>(LeftOut.all(notAgain(chosen), LeftOut.NOT_AGAIN));
      if (task.leavesOut()) {
        Resolution wanted = among(chosen);
        out.addAll(LeftOut.all(wanted.withoutAgent, LeftOut.NO_AGENT));
        out.addAll(LeftOut.all(wanted.failed, LeftOut.FAILED));
      }
      return List.copyOf(out);
    }

    /** Those that match and would have run the task, but for these. */
    List<LeftOut> notReached(PlannedTask task, List<String> chosen, Collection<String> blocking) {
      List<LeftOut> out = new ArrayList<>(LeftOut.all(notAgain(chosen), LeftOut.NOT_AGAIN));
      List<String> others =
          among(chosen).everyone().stream().filter(node -> !blocking.contains(node)).toList();
      out.addAll(LeftOut.all(others, LeftOut.NOT_REACHED));
      return List.copyOf(out);
    }

    /** The nodes that a task would be opened for; none if there is no node for it yet. */
    public List<String> targets(PlannedTask task) {
      List<String> nodes = new ArrayList<>(ready);
      if (!task.leavesOut()) {
        nodes.addAll(withoutAgent);
      }
      return List.copyOf(nodes);
    }

    /** Whether a failed node among them ends the task before it is opened. */
    public boolean blocks(PlannedTask task) {
      return !failed.isEmpty() && !task.leavesOut();
    }

    public boolean isEmpty() {
      return ready.isEmpty() && withoutAgent.isEmpty() && failed.isEmpty();
    }
  }

  public Resolution resolve(PlannedTask task) {
    List<Catalog.Instance> registered = agents.now();
    return task.service()
        .map(service -> matching(catalog.instances(service, task.tag()), registered))
        .orElseGet(() -> everyNode(registered));
  }

  /** Also those whose agent has died: what a task for every node leaves out is to be named. */
  private Resolution everyNode(List<Catalog.Instance> registered) {
    Set<String> live = live(registered);
    Set<String> without = new TreeSet<>();
    Set<String> failed = new TreeSet<>();
    for (Catalog.Instance agent : registered) {
      Registration.nodeOf(AGENT_SERVICE, agent)
          .filter(node -> !live.contains(node))
          .ifPresent(node -> (agent.health().isFailed() ? failed : without).add(node));
    }
    List<String> unregistered =
        present.get().stream()
            .filter(node -> !live.contains(node))
            .filter(node -> !without.contains(node) && !failed.contains(node))
            .toList();
    if (!unregistered.isEmpty()) {
      Map<String, NodeHealth> nodes = catalog.nodes();
      unregistered.stream()
          .filter(nodes::containsKey)
          .forEach(node -> (nodes.get(node).isFailed() ? failed : without).add(node));
    }
    return new Resolution(sorted(live), sorted(without), sorted(failed));
  }

  /** Those of the nodes that Consul reports as failed; an agent is judged by its Consul node. */
  public List<String> failedAmong(Collection<String> nodes) {
    Map<String, Boolean> alive = new HashMap<>();
    for (Catalog.Instance agent : agents.now()) {
      Registration.nodeOf(AGENT_SERVICE, agent)
          .ifPresent(name -> alive.merge(name, !agent.health().isFailed(), Boolean::logicalOr));
    }
    return nodes.stream()
        .filter(node -> alive.containsKey(node) ? !alive.get(node) : isFailed(node))
        .sorted()
        .toList();
  }

  /** A node that has gone from the catalog does not come back to take its task. */
  private boolean isFailed(String node) {
    return catalog.health(node).map(NodeHealth::isFailed).orElse(true);
  }

  private static Resolution matching(
      List<Catalog.Instance> matches, List<Catalog.Instance> agents) {
    Set<String> live = live(agents);
    Map<String, List<String>> byNode = byConsulNode(agents);
    Set<String> ready = new TreeSet<>();
    Set<String> without = new TreeSet<>();
    Set<String> failed = new TreeSet<>();
    Map<String, Boolean> nodes = new TreeMap<>();
    matches.forEach(
        match -> nodes.merge(match.node(), !match.health().isFailed(), Boolean::logicalAnd));
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
