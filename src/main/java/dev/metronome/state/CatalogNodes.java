package dev.metronome.state;

import dev.metronome.consul.Catalog;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.NodeHealth;
import dev.metronome.consul.Registration;
import dev.metronome.pipeline.dispatch.Targets;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What Consul's own catalog tells of nodes, at one moment.
 *
 * @param nodes by name, and how Consul finds it
 * @param agents where agents of ours are registered
 */
public record CatalogNodes(SortedMap<String, NodeHealth> nodes, List<Catalog.Instance> agents) {
  public CatalogNodes {
    agents = List.copyOf(agents);
  }

  /**
   * How Consul finds the node of an agent, which may have another name; empty if it does not know
   * it.
   */
  public Optional<NodeHealth> health(String node) {
    return Optional.ofNullable(nodes.get(consulNode(node)));
  }

  /** What Consul calls the node of an agent. */
  String consulNode(String node) {
    return agents.stream()
        .filter(
            agent ->
                Registration.nodeOf(Targets.AGENT_SERVICE, agent).filter(node::equals).isPresent())
        .map(Catalog.Instance::node)
        .findFirst()
        .orElse(node);
  }

  /** Reads it now: three requests. */
  public static CatalogNodes read(ConsulConnection connection) {
    Catalog catalog = new Catalog(connection);
    return new CatalogNodes(
        catalog.nodes(), catalog.instances(Targets.AGENT_SERVICE, Optional.empty()));
  }
}
