package dev.metronome.consul;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.kiwiproject.consul.model.ConsulResponse;
import org.kiwiproject.consul.model.State;
import org.kiwiproject.consul.model.health.HealthCheck;
import org.kiwiproject.consul.model.health.ServiceHealth;
import org.kiwiproject.consul.option.ImmutableQueryOptions;

/** Who has which service, and how Consul thinks they are. Every call is a fresh read. */
public final class Catalog {

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

  /** Whether no check of the node itself (serfHealth) is critical; a node unknown is not alive. */
  public boolean isNodeAlive(String node) {
    List<HealthCheck> checks =
        connection
            .call("read node " + node, () -> connection.client().healthClient().getNodeChecks(node))
            .getResponse();
    return !checks.isEmpty()
        && checks.stream()
            .filter(check -> check.getServiceId().orElse("").isEmpty())
            .noneMatch(Catalog::isCritical);
  }

  /** Every node of the catalog by name, and whether Consul reports it as alive; two requests. */
  public SortedMap<String, Boolean> nodes() {
    SortedMap<String, Boolean> nodes = new TreeMap<>();
    connection
        .call("read the nodes", () -> connection.client().catalogClient().getNodes())
        .getResponse()
        .forEach(node -> nodes.put(node.getNode(), true));
    connection
        .call(
            "read the failed nodes",
            () -> connection.client().healthClient().getChecksByState(State.FAIL))
        .getResponse()
        .stream()
        .filter(check -> check.getServiceId().orElse("").isEmpty())
        .forEach(check -> nodes.replace(check.getNode(), false));
    return nodes;
  }

  private static Instance instance(ServiceHealth health) {
    return new Instance(
        health.getNode().getNode(),
        health.getService().getId(),
        health.getChecks().stream()
            .filter(check -> check.getServiceId().orElse("").isEmpty())
            .noneMatch(Catalog::isCritical),
        health.getChecks().stream().noneMatch(Catalog::isCritical));
  }

  private static boolean isCritical(HealthCheck check) {
    return check.getStatus().equals("critical");
  }

  /**
   * A service on a node.
   *
   * @param node name of the Consul node
   * @param id the service's ID
   * @param nodeAlive no check of the node itself (serfHealth) is critical
   * @param passing no check of node or service is critical
   */
  public record Instance(String node, String id, boolean nodeAlive, boolean passing) {}
}
