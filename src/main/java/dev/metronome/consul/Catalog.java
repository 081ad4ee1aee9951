package dev.metronome.consul;

import com.fasterxml.jackson.databind.JsonNode;
import dev.metronome.consul.NodeHealth.HealthCheck;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

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
    return connection.call(
        "read /v1/agent/self",
        Request.get("/v1/agent/self"),
        answer -> Answer.text(answer.json().path("Config").path("NodeName")));
  }

  /**
   * All instances of a service.
   *
   * @param name the service's name, not its ID
   * @param tag only instances with this tag
   */
  public List<Instance> instances(String name, Optional<String> tag) {
    return instances(name, tag, Optional.empty());
  }

  /**
   * The same, of those that a filter lets through.
   *
   * @param filter an expression of Consul's own
   * @throws FilterRefusedException if Consul cannot read it
   */
  public List<Instance> instances(String name, Optional<String> tag, Optional<String> filter) {
    String only =
        Stream.of(
                tag.map(text -> "tag=" + Request.encoded(text)),
                filter.map(text -> "filter=" + Request.encoded(text)))
            .flatMap(Optional::stream)
            .collect(Collectors.joining("&", "?", ""));
    return connection.call(
        "read service " + name,
        Request.get(service(name) + only),
        answer -> each(answer, Catalog::instance));
  }

  /** The node whose session holds the lock of a key, if one does. Two requests. */
  public Optional<String> holder(String key) {
    return connection
        .get(key)
        .flatMap(Entry::session)
        .flatMap(
            session ->
                connection.call(
                    "read the session that holds " + key,
                    Request.get("/v1/session/info/" + Request.encoded(session)),
                    answer -> each(answer, it -> it.path("Node").asText()).stream().findFirst()));
  }

  /** The names under which a service is registered: Consul finds it whatever their case. */
  public List<String> namesOf(String service) {
    return connection.call(
        "read service " + service,
        Request.get(service(service)),
        answer ->
            each(answer, health -> health.path("Service").path("Service").asText()).stream()
                .distinct()
                .sorted()
                .toList());
  }

  private static String service(String name) {
    return "/v1/health/service/" + Request.encoded(name);
  }

  private static <T> List<T> each(Answer answer, Function<JsonNode, T> reading) throws IOException {
    return StreamSupport.stream(answer.list().spliterator(), false).map(reading).toList();
  }

  /** Follows all instances of a service, and their health, until the watch is closed. */
  public Watch<List<Instance>> watch(String name, Consumer<List<Instance>> listener) {
    return watch("service-" + name, name, Catalog::instance, listener);
  }

  /** All instances of a service, with every check of each. */
  public List<InstanceHealth> healthOf(String name) {
    return connection.call(
        "read the health of service " + name,
        Request.get(service(name)),
        answer -> each(answer, InstanceHealth::of));
  }

  /** Follows them until the watch is closed. */
  public Watch<List<InstanceHealth>> watchHealth(
      String name, Consumer<List<InstanceHealth>> listener) {
    return watch("health-" + name, name, InstanceHealth::of, listener);
  }

  private <T> Watch<List<T>> watch(
      String loop, String name, Function<JsonNode, T> reading, Consumer<List<T>> listener) {
    BlockingRead<List<T>> read =
        (index, wait) ->
            connection.call(
                "watch service " + name,
                Request.get(service(name)).beyond(index, wait),
                answer -> new Snapshot<>(each(answer, reading), Math.max(1, answer.index())));
    return new Watch<List<T>>(
            connection.loops(),
            loop,
            Watch.Index.RAFT,
            Watch.waits(connection::isLocal),
            read,
            snapshot -> listener.accept(snapshot.value()))
        .start();
  }

  /** What is registered on a node, and how that is; nothing if the catalog does not know it. */
  public NodeServices services(String node) {
    List<HealthCheck> checks = checks(node);
    return connection.call(
        "read node " + node,
        Request.get("/v1/catalog/node/" + Request.encoded(node)),
        answer -> {
          JsonNode found = answer.json();
          return found.isObject() ? NodeServices.of(found, checks) : NodeServices.NONE;
        });
  }

  private List<HealthCheck> checks(String node) {
    return connection.call(
        "read node " + node,
        Request.get("/v1/health/node/" + Request.encoded(node)),
        answer -> each(answer, HealthCheck::of));
  }

  /** How Consul finds a node; empty if the catalog does not know it. One request, or two. */
  public Optional<NodeHealth> health(String node) {
    List<HealthCheck> checks = checks(node);
    return checks.isEmpty() && !knows(node) ? Optional.empty() : Optional.of(NodeHealth.of(checks));
  }

  private boolean knows(String node) {
    return nodeNames().contains(node);
  }

  private List<String> nodeNames() {
    return connection.call(
        "read the nodes",
        Request.get("/v1/catalog/nodes"),
        answer -> each(answer, node -> node.path("Node").asText()));
  }

  /** Every node of the catalog by name, and how Consul finds it; two requests. */
  public SortedMap<String, NodeHealth> nodes() {
    Map<String, List<HealthCheck>> critical =
        connection
            .call(
                "read the critical checks",
                Request.get("/v1/health/state/critical"),
                answer -> each(answer, HealthCheck::of))
            .stream()
            .collect(Collectors.groupingBy(HealthCheck::node));
    SortedMap<String, NodeHealth> nodes = new TreeMap<>();
    for (String node : nodeNames()) {
      nodes.put(node, NodeHealth.of(critical.getOrDefault(node, List.of())));
    }
    return nodes;
  }

  /** What each node says of itself, {@code node_meta} of its Consul agent; one request. */
  public SortedMap<String, Map<String, String>> metas() {
    SortedMap<String, Map<String, String>> metas = new TreeMap<>();
    connection
        .call("read the nodes", Request.get("/v1/catalog/nodes"), answer -> each(answer, it -> it))
        .forEach(node -> metas.put(node.path("Node").asText(), texts(node.path("Meta"))));
    return metas;
  }

  /**
   * A service that is registered on a node.
   *
   * @param tags of it there
   */
  public record Placement(String node, String service, List<String> tags) {
    public Placement {
      tags = List.copyOf(tags);
    }
  }

  /** Where every service is registered; a request for each, and one. */
  public List<Placement> placements() {
    List<String> services =
        connection.call(
            "read the services",
            Request.get("/v1/catalog/services"),
            answer -> answer.json().properties().stream().map(Map.Entry::getKey).sorted().toList());
    return services.stream().flatMap(service -> placements(service).stream()).toList();
  }

  private List<Placement> placements(String service) {
    return connection.call(
        "read service " + service,
        Request.get("/v1/catalog/service/" + Request.encoded(service)),
        answer ->
            each(
                answer,
                it ->
                    new Placement(
                        it.path("Node").asText(),
                        service,
                        StreamSupport.stream(it.path("ServiceTags").spliterator(), false)
                            .map(JsonNode::asText)
                            .toList())));
  }

  private static Map<String, String> texts(JsonNode object) {
    Map<String, String> texts = new TreeMap<>();
    object.properties().forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
    return texts;
  }

  private static Instance instance(JsonNode health) {
    List<HealthCheck> checks =
        StreamSupport.stream(health.path("Checks").spliterator(), false)
            .map(HealthCheck::of)
            .toList();
    NodeHealth node = NodeHealth.of(checks);
    Map<String, String> meta = new HashMap<>();
    health
        .path("Node")
        .path("Meta")
        .properties()
        .forEach(entry -> meta.put(entry.getKey(), entry.getValue().asText()));
    return new Instance(
        health.path("Node").path("Node").asText(),
        health.path("Service").path("ID").asText(),
        node,
        !node.isFailed() && checks.stream().noneMatch(Catalog::fails),
        checks.stream().noneMatch(HealthCheck::isCritical),
        meta);
  }

  /** Service maintenance takes an instance out of traffic, and does not say that it is ill. */
  private static boolean fails(HealthCheck check) {
    return !check.isOfNode()
        && check.isCritical()
        && !check.id().startsWith(ServiceMaintenance.CHECK);
  }

  /**
   * A service on a node.
   *
   * @param node name of the Consul node
   * @param id the service's ID
   * @param health how Consul finds the node
   * @param passing the node has not failed, and no check of the service but its maintenance is
   *     critical
   * @param healthy no check at all is critical, a maintenance included
   * @param meta what the node says about itself, {@code node_meta} of its Consul agent
   */
  public record Instance(
      String node,
      String id,
      NodeHealth health,
      boolean passing,
      boolean healthy,
      Map<String, String> meta) {
    public Instance {
      meta = Map.copyOf(meta);
    }
  }
}
