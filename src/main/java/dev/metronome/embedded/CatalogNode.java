package dev.metronome.embedded;

import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A node with what is registered on it. Guarded by the {@link Store}'s lock. */
final class CatalogNode {
  private final NavigableMap<String, Service> services = new TreeMap<>();
  private final NavigableMap<String, Check> checks = new TreeMap<>();
  private Node node;

  CatalogNode(Node node) {
    this.node = node;
  }

  Node node() {
    return node;
  }

  void replace(Node changed) {
    node = changed;
  }

  NavigableMap<String, Service> services() {
    return services;
  }

  NavigableMap<String, Check> checks() {
    return checks;
  }

  /** The checks that count for a service: the node's own first, then its own. */
  List<Check> checksFor(Service service) {
    List<Check> own =
        checks.values().stream().filter(c -> c.serviceId().equals(service.id())).toList();
    List<Check> nodes = checks.values().stream().filter(Check::isOfNode).toList();
    return Stream.concat(nodes.stream(), own.stream()).toList();
  }
}
