package dev.metronome.pipeline.dispatch;

import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.testing.NodeStates;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The checks of nodes and of their instances, as a test has them change, and what follows. */
final class TierHealth {

  private final EmbeddedConsul consul;

  /** How each check stands, by its node, and below that by its service: none is the node's own. */
  private final Map<String, Map<String, String>> checks = new TreeMap<>();

  TierHealth(EmbeddedConsul consul) {
    this.consul = consul;
  }

  /**
   * @param service empty for a check of the node itself
   */
  void set(String node, String service, String status) {
    checks.computeIfAbsent(node, n -> new TreeMap<>()).put(service, status);
    NodeStates.check(consul, node, service, "up", status);
  }

  void remove(String node, String service) {
    if (checks.getOrDefault(node, Map.of()).containsKey(service)) {
      checks.get(node).remove(service);
      NodeStates.removeCheck(consul, node, service + "-up");
    }
  }

  /** Whatever there is passes. */
  void recover() {
    List.copyOf(checks.keySet()).forEach(this::recover);
  }

  void recover(String node) {
    List.copyOf(checks.getOrDefault(node, Map.of()).keySet())
        .forEach(service -> set(node, service, "passing"));
  }

  boolean isWell(String node, String service) {
    Map<String, String> here = checks.getOrDefault(node, Map.of());
    return here.getOrDefault(service, "passing").equals("passing")
        && here.getOrDefault("", "passing").equals("passing");
  }

  long well(Collection<String> nodes, String service) {
    return nodes.stream().filter(node -> isWell(node, service)).count();
  }

  /** Which checks there are of these nodes and their instances. */
  Set<String> names(Collection<String> nodes, String service) {
    return nodes.stream()
        .flatMap(
            node ->
                checks.getOrDefault(node, Map.of()).keySet().stream()
                    .filter(of -> of.isEmpty() || of.equals(service))
                    .map(of -> node + "/" + of))
        .collect(Collectors.toSet());
  }
}
