package dev.metronome.embedded;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * What /v1/catalog and /v1/health show of the catalog, each with the index that Consul gives it.
 */
final class CatalogQueries {
  private static final StoreTable[] WITH_CHECKS = {
    StoreTable.NODES, StoreTable.SERVICES, StoreTable.CHECKS
  };
  private static final StoreTable[] WITHOUT_CHECKS = {StoreTable.NODES, StoreTable.SERVICES};

  /** One line of /v1/health/service. */
  record ServiceHealth(Node node, Service service, List<Check> checks) {
    boolean isPassing() {
      return checks.stream().allMatch(check -> check.status().equals(Check.PASSING));
    }
  }

  /** The answer of /v1/catalog/node. */
  record NodeServices(Node node, Map<String, Service> services) {}

  private final CatalogStore catalog;

  CatalogQueries(CatalogStore catalog) {
    this.catalog = catalog;
  }

  QueryAnswer nodes() {
    return answer(
        catalog.index(StoreTable.NODES), catalog.nodes().stream().map(CatalogNode::node).toList());
  }

  QueryAnswer services() {
    Map<String, Set<String>> tags = new TreeMap<>();
    for (CatalogNode node : catalog.nodes()) {
      for (Service service : node.services().values()) {
        tags.computeIfAbsent(service.name(), name -> new TreeSet<>()).addAll(service.tags());
      }
    }
    return answer(catalog.index(StoreTable.SERVICES), tags);
  }

  QueryAnswer service(String name, List<String> tags) {
    List<?> found = instances(name, tags, (node, service) -> flat(node.node(), service));
    return answer(catalog.indexOfService(name, WITHOUT_CHECKS), found);
  }

  QueryAnswer node(String name) {
    return catalog
        .node(name)
        .map(found -> new NodeServices(found.node(), found.services()))
        .map(found -> answer(catalog.index(WITHOUT_CHECKS), found))
        .orElseGet(() -> answer(1, null));
  }

  QueryAnswer serviceHealth(String name, List<String> tags, Predicate<ServiceHealth> wanted) {
    List<ServiceHealth> found =
        instances(
            name,
            tags,
            (node, service) -> new ServiceHealth(node.node(), service, node.checksFor(service)));
    return answer(
        catalog.indexOfService(name, WITH_CHECKS), found.stream().filter(wanted).toList());
  }

  QueryAnswer checks(Predicate<Check> wanted) {
    List<Check> found =
        catalog.nodes().stream()
            .flatMap(node -> node.checks().values().stream())
            .filter(wanted)
            .toList();
    return answer(catalog.index(StoreTable.CHECKS), found);
  }

  private <T> List<T> instances(
      String name, List<String> tags, BiFunction<CatalogNode, Service, T> shape) {
    return catalog.nodes().stream()
        .flatMap(
            node ->
                node.services().values().stream()
                    .filter(
                        service -> service.name().equalsIgnoreCase(name) && service.hasTags(tags))
                    .map(service -> shape.apply(node, service)))
        .toList();
  }

  private static Map<String, Object> flat(Node node, Service service) {
    Map<String, Object> flat = new LinkedHashMap<>();
    flat.put("ID", node.id());
    flat.put("Node", node.name());
    flat.put("Address", node.address());
    flat.put("Datacenter", node.datacenter());
    flat.put("TaggedAddresses", node.taggedAddresses());
    flat.put("NodeMeta", node.meta());
    flat.put("ServiceKind", "");
    flat.put("ServiceID", service.id());
    flat.put("ServiceName", service.name());
    flat.put("ServiceTags", service.tags());
    flat.put("ServiceAddress", service.address());
    flat.put("ServiceWeights", service.weights());
    flat.put("ServiceMeta", service.meta());
    flat.put("ServicePort", service.port());
    flat.put("ServiceEnableTagOverride", service.enableTagOverride());
    flat.put("CreateIndex", service.createIndex());
    flat.put("ModifyIndex", service.modifyIndex());
    return flat;
  }

  private static QueryAnswer answer(long index, Object body) {
    return QueryAnswer.of(index, Reply.json(body), CatalogQueries::wakes);
  }

  private static boolean wakes(StoreCommit commit) {
    return commit.touched(StoreTable.NODES)
        || commit.touched(StoreTable.SERVICES)
        || commit.touched(StoreTable.CHECKS);
  }
}
