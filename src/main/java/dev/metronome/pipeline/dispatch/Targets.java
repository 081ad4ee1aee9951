package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.Catalog;
import dev.metronome.consul.ConsulDeniedException;
import dev.metronome.consul.FilterRefusedException;
import dev.metronome.consul.NodeHealth;
import dev.metronome.consul.Registration;
import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.pipeline.dispatch.Candidate.Condition;
import dev.metronome.pipeline.hook.RouteFailures;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.Exchange;

/**
 * Finds the nodes that a task is for, by a fresh read of Consul's catalog: those that have the
 * service (by name) and the tag; without a service every node with a live agent. Of these, those
 * that Consul lets through the task's filter expression.
 */
public final class Targets {

  /** The service that every agent registers itself as. */
  public static final String AGENT_SERVICE = "metronome";

  private static final String UNSELECTABLE = "MetronomeUnselectable";

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

    static Resolution of(List<Candidate> candidates) {
      return new Resolution(
          names(candidates, Condition.READY),
          names(candidates, Condition.WITHOUT_AGENT),
          names(candidates, Condition.FAILED));
    }

    private static List<String> names(List<Candidate> candidates, Condition condition) {
      return candidates.stream()
          .filter(each -> each.condition() == condition)
          .map(Candidate::name)
          .sorted()
          .toList();
    }
  }

  /**
   * For routes: the nodes that a task to be opened may be for, as the catalog has them now. None if
   * Consul cannot say; the reason goes along with the exchange.
   */
  public List<Candidate> candidates(@Body Step opening, Exchange exchange) {
    Plan plan = opening.waitingPlan().orElseThrow();
    RouteFailures.about(exchange, plan.event().id());
    try {
      return judged(plan);
    } catch (UnselectableException e) {
      exchange.setProperty(UNSELECTABLE, e.outcome());
      return List.of();
    }
  }

  /** The nodes that the head task may be for. */
  List<Candidate> judged(Plan plan) {
    if (plan.head().isApproval()) {
      return List.of();
    }
    return found(plan.head()).stream()
        .map(each -> each.judged(plan.head(), plan.chosen(), plan.event().limit()))
        .toList();
  }

  /** How a task ends whose nodes Consul cannot tell. */
  static Optional<Outcome> unselectable(Exchange selected) {
    return Optional.ofNullable(selected.getProperty(UNSELECTABLE, Outcome.class));
  }

  /** For routes: chooses a node. */
  public Candidate select(@Body Candidate candidate) {
    return candidate.select();
  }

  Resolution resolve(PlannedTask task) {
    return Resolution.of(found(task));
  }

  /**
   * Every node that has the task's service and tag; without one every node that has an agent.
   *
   * @throws UnselectableException if Consul cannot read the task's filter, or the key of its holder
   *     may not be read
   */
  List<Candidate> found(PlannedTask task) {
    List<Catalog.Instance> registered = agents.now();
    try {
      List<Candidate> found = found(task, registered);
      return task.nodes().holder().map(key -> atHolder(task, key, found, registered)).orElse(found);
    } catch (FilterRefusedException e) {
      throw new UnselectableException(
          task,
          "Consul cannot read the filter: "
              + e.getMessage()
              + "; mend it in the task file before a retry",
          e);
    }
  }

  /** All of them, those elsewhere with the reason that they are. */
  private List<Candidate> atHolder(
      PlannedTask task, String key, List<Candidate> found, List<Catalog.Instance> registered) {
    Optional<String> holder = holder(task, key);
    String why = holder.isPresent() ? LeftOut.NOT_HOLDER : LeftOut.NO_HOLDER;
    Set<String> there =
        holder.stream()
            .flatMap(
                node ->
                    Stream.concat(
                        Stream.of(node),
                        byConsulNode(registered).getOrDefault(node, List.of()).stream()))
            .collect(Collectors.toSet());
    return found.stream()
        .map(each -> there.contains(each.name()) ? each : each.without(why))
        .toList();
  }

  private Optional<String> holder(PlannedTask task, String key) {
    try {
      return catalog.holder(key);
    } catch (ConsulDeniedException e) {
      throw new UnselectableException(task, "of the holder of " + key + ": " + e.getMessage(), e);
    }
  }

  private List<Candidate> found(PlannedTask task, List<Catalog.Instance> registered) {
    Optional<String> filter = task.nodes().filter();
    if (task.service().isPresent()) {
      String service = task.service().get();
      return matching(catalog.instances(service, task.nodes().tag(), filter), registered);
    }
    return filter.isPresent()
        ? List.copyOf(
            agents(catalog.instances(AGENT_SERVICE, Optional.empty(), filter), registered).values())
        : everyNode(registered);
  }

  /** Also those whose agent has died: what a task for every node leaves out is to be named. */
  private List<Candidate> everyNode(List<Catalog.Instance> registered) {
    Map<String, Candidate> found = agents(registered, registered);
    List<String> unregistered =
        present.get().stream().filter(node -> !found.containsKey(node)).toList();
    if (!unregistered.isEmpty()) {
      Map<String, NodeHealth> nodes = catalog.nodes();
      unregistered.stream()
          .filter(nodes::containsKey)
          .forEach(node -> found.put(node, unregistered(node, nodes.get(node))));
    }
    return List.copyOf(found.values());
  }

  private static Map<String, Candidate> agents(
      List<Catalog.Instance> wanted, List<Catalog.Instance> registered) {
    Set<String> live = live(registered);
    Map<String, Candidate> found = new TreeMap<>();
    for (Catalog.Instance agent : wanted) {
      Registration.nodeOf(AGENT_SERVICE, agent)
          .ifPresent(node -> found.merge(node, candidate(node, agent, live), Targets::better));
    }
    return found;
  }

  private static Candidate candidate(String node, Catalog.Instance agent, Set<String> live) {
    Condition sick = agent.health().isFailed() ? Condition.FAILED : Condition.WITHOUT_AGENT;
    return Candidate.of(
        node, agent.meta(), live.contains(node) ? Condition.READY : sick, agent.healthy());
  }

  private static Candidate unregistered(String node, NodeHealth health) {
    return Candidate.of(
        node, Map.of(), health.isFailed() ? Condition.FAILED : Condition.WITHOUT_AGENT, false);
  }

  private static Candidate better(Candidate one, Candidate other) {
    return one.condition().compareTo(other.condition()) <= 0 ? one : other;
  }

  /** What the nodes are called in Consul, by the names that agents have. */
  Map<String, String> consulNodes(Collection<String> names) {
    Map<String, String> nodes = new TreeMap<>();
    names.forEach(name -> nodes.put(name, name));
    for (Catalog.Instance agent : agents.now()) {
      Registration.nodeOf(AGENT_SERVICE, agent)
          .ifPresent(name -> nodes.replace(name, agent.node()));
    }
    return nodes;
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

  private static List<Candidate> matching(
      List<Catalog.Instance> matches, List<Catalog.Instance> agents) {
    Set<String> live = live(agents);
    Map<String, List<String>> byNode = byConsulNode(agents);
    Map<String, Boolean> nodes = new TreeMap<>();
    Map<String, Boolean> healthy = new HashMap<>();
    Map<String, Map<String, String>> meta = new HashMap<>();
    for (Catalog.Instance match : matches) {
      nodes.merge(match.node(), !match.health().isFailed(), Boolean::logicalAnd);
      healthy.merge(match.node(), match.healthy(), Boolean::logicalAnd);
      meta.put(match.node(), match.meta());
    }
    Map<String, Candidate> found = new TreeMap<>();
    nodes.forEach(
        (node, alive) -> {
          List<String> named = live.contains(node) ? List.of(node) : byNode.get(node);
          Condition sick = alive ? Condition.WITHOUT_AGENT : Condition.FAILED;
          boolean ready = alive && named != null;
          for (String name : ready ? named : List.of(node)) {
            Candidate one =
                Candidate.of(
                    name, meta.get(node), ready ? Condition.READY : sick, healthy.get(node));
            found.merge(name, one, Targets::better);
          }
        });
    return List.copyOf(found.values());
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
}
