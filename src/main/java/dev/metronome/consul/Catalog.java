package dev.metronome.consul;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.kiwiproject.consul.model.ConsulResponse;
import org.kiwiproject.consul.model.State;
import org.kiwiproject.consul.model.health.HealthCheck;
import org.kiwiproject.consul.model.health.Node;
import org.kiwiproject.consul.model.health.ServiceHealth;
import org.kiwiproject.consul.option.ImmutableQueryOptions;

/** Who has which service, and how Consul thinks they are. Every call is a fresh read. */
public final class Catalog {

  private static final String SERVICE_MAINTENANCE = "_service_maintenance:";

  private final ConsulConnection connection;

  public Catalog(ConsulConnection connection) {
    this.connection = connection;
  }

  /**
   * The name of the node whose Consul agent this process speaks to. An agent's token has no right
   * to read its configuration, but a session tells on which node it was made.
   */
  public String localNode() {
    try {
      return configuredNode();
    } catch (ConsulDeniedException e) {
      return new Sessions(connection).localNode();
    }
  }

  private String configuredNode() {
    return connection
        .call("read /v1/agent/self", () -> connection.client().agentClient().getAgent())
        .getConfig()
        .getNodeName();
  }

  /**
   * All instances of a service.
   *
   * @param name the service's name, not its ID
   * @param tag only instances with this tag
   */
  public List<Instance> instances(String name, Optional<String> tag) {
    ImmutableQueryOptions.Builder options = ImmutableQueryOptions.builder();
    tag.ifPresent(options::addTag);
    return connection
        .call(
            "read service " + name,
            () -> connection.client().healthClient().getAllServiceInstances(name, options.build()))
        .getResponse()
        .stream()
        .map(Catalog::instance)
        .toList();
  }

  /** The names under which a service is registered: Consul finds it whatever their case. */
  public List<String> namesOf(String service) {
    return connection
        .call(
            "read service " + service,
            () -> connection.client().healthClient().getAllServiceInstances(service))
        .getResponse()
        .stream()
        .map(health -> health.getService().getService())
        .distinct()
        .sorted()
        .toList();
  }

  /** Follows all instances of a service, and their health, until the watch is closed. */
  public Watch<List<Instance>> watch(String name, Consumer<List<Instance>> listener) {
    BlockingRead<List<Instance>> read =
        (index, wait) -> {
          PendingAnswer<List<ServiceHealth>> answer = new PendingAnswer<>();
          connection.countRequest();
          connection
              .client()
              .healthClient()
              .getAllServiceInstances(name, BlockingRead.options(index, wait), answer);
          ConsulResponse<List<ServiceHealth>> response =
              answer.await(connection.calls(), "watch service " + name);
          return new Snapshot<>(
              response.getResponse().stream().map(Catalog::instance).toList(),
              Math.max(1, response.getIndex().longValue()));
        };
    return new Watch<List<Instance>>(
            connection.loops(),
            "service-" + name,
            Watch.Index.RAFT,
            read,
            snapshot -> listener.accept(snapshot.value()))
        .start();
  }

  /** How Consul finds a node; empty if the catalog does not know it. One request, or two. */
  public Optional<NodeHealth> health(String node) {
    List<HealthCheck> checks =
        connection
            .call("read node " + node, () -> connection.client().healthClient().getNodeChecks(node))
            .getResponse();
    return checks.isEmpty() && !knows(node) ? Optional.empty() : Optional.of(NodeHealth.of(checks));
  }

  private boolean knows(String node) {
    return nodeNames().contains(node);
  }

  private List<String> nodeNames() {
    return connection
        .call("read the nodes", () -> connection.client().catalogClient().getNodes())
        .getResponse()
        .stream()
        .map(Node::getNode)
        .toList();
  }

  /** Every node of the catalog by name, and how Consul finds it; two requests. */
  public SortedMap<String, NodeHealth> nodes() {
    Map<String, List<HealthCheck>> critical =
        connection
            .call(
                "read the critical checks",
                () -> connection.client().healthClient().getChecksByState(State.FAIL))
            .getResponse()
            .stream()
            .collect(Collectors.groupingBy(HealthCheck::getNode));
    SortedMap<String, NodeHealth> nodes = new TreeMap<>();
    for (String node : nodeNames()) {
      nodes.put(node, NodeHealth.of(critical.getOrDefault(node, List.of())));
    }
    return nodes;
  }

  private static Instance instance(ServiceHealth health) {
    NodeHealth node = NodeHealth.of(health.getChecks());
    return new Instance(
        health.getNode().getNode(),
        health.getService().getId(),
        node,
        !node.isFailed() && health.getChecks().stream().noneMatch(Catalog::fails),
        health.getNode().getNodeMeta().orElse(Map.of()));
  }

  /** Service maintenance takes an instance out of traffic, and does not say that it is ill. */
  private static boolean fails(HealthCheck check) {
    return !NodeHealth.isOfNode(check)
        && NodeHealth.isCritical(check)
        && !check.getCheckId().startsWith(SERVICE_MAINTENANCE);
  }

  /**
   * A service on a node.
   *
   * @param node name of the Consul node
   * @param id the service's ID
   * @param health how Consul finds the node
   * @param passing the node has not failed, and no check of the service but its maintenance is
   *     critical
   * @param meta what the node says about itself, {@code node_meta} of its Consul agent
   */
  public record Instance(
      String node, String id, NodeHealth health, boolean passing, Map<String, String> meta) {
    public Instance {
      meta = Map.copyOf(meta);
    }
  }
}
