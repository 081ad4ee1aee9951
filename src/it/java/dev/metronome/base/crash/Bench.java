package dev.metronome.base.crash;

import static org.awaitility.Awaitility.await;

import dev.metronome.testing.ConsulCluster;
import dev.metronome.testing.ConsulKeys;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The one Consul cluster of all scenarios: three servers, three client agents, a service on each
 * client's node. Started once, healed after each scenario.
 */
final class Bench {

  /** Node with services db. */
  static final String DB = "db-1";

  /** Node with services app and web. */
  static final String APP = "app-1";

  /** Node with services lb and web. */
  static final String LB = "lb-1";

  static final List<String> NODES = List.of(DB, APP, LB);
  static final List<String> SERVERS = List.of("server-0", "server-1", "server-2");

  private static final Map<String, List<String>> SERVICES =
      Map.of(DB, List.of("db"), APP, List.of("app", "web"), LB, List.of("lb", "web"));

  private static Bench shared;

  private final ConsulCluster consul;

  private Bench(ConsulCluster consul) {
    this.consul = consul;
  }

  static synchronized Bench shared() {
    if (shared == null) {
      shared = new Bench(ConsulCluster.start(3, NODES));
      shared.services();
    }
    return shared;
  }

  ConsulCluster consul() {
    return consul;
  }

  ConsulKeys keys(String node) {
    return new ConsulKeys(consul.http(node));
  }

  /** A server that runs. */
  ConsulKeys server() {
    return keys(runningServer());
  }

  String runningServer() {
    return SERVERS.stream().filter(consul::isRunning).findFirst().orElseThrow();
  }

  /** The server that leads Consul itself. */
  String consulLeader() {
    for (var peer : server().get("/v1/operator/raft/configuration").path("Servers")) {
      if (peer.path("Leader").asBoolean()) {
        return peer.path("Node").asText();
      }
    }
    throw new AssertionError("Consul has no leader");
  }

  /** Everything as at the start, as far as it is Consul's. */
  void heal() {
    consul.heal();
    services();
  }

  /**
   * Registers again what an agent of Consul has forgotten by its death, and waits for the catalog.
   */
  private void services() {
    await("the services in the catalog")
        .atMost(Duration.ofMinutes(5))
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(
            () -> {
              SERVICES.forEach(this::register);
              return List.of("db", "app", "lb", "web").stream()
                  .allMatch(name -> instances(name).equals(nodesOf(name)));
            });
  }

  private void register(String node, List<String> names) {
    String known = keys(node).get("/v1/agent/services").toString();
    names.stream()
        .filter(name -> !known.contains("\"Service\":\"" + name + "\""))
        .forEach(name -> keys(node).registerService(name));
  }

  private static Set<String> nodesOf(String name) {
    return NODES.stream()
        .filter(node -> SERVICES.get(node).contains(name))
        .collect(Collectors.toSet());
  }

  /** The nodes that have a service now, as the catalog says. */
  Set<String> instances(String name) {
    Set<String> nodes = new HashSet<>();
    server()
        .get("/v1/health/service/" + name + "?passing")
        .forEach(each -> nodes.add(each.path("Node").path("Node").asText()));
    return nodes;
  }
}
