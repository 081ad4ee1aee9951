package dev.metronome.consul;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.metronome.consul.NodeHealth.HealthCheck;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What Consul has registered on a node.
 *
 * @param meta of the node, by key
 * @param services by name and ID
 */
public record NodeServices(Map<String, String> meta, List<Service> services) {
  static final NodeServices NONE = new NodeServices(Map.of(), List.of());

  public NodeServices {
    services = List.copyOf(services);
  }

  /**
   * An instance of a service.
   *
   * @param status of its worst check: passing, warning or critical; maintenance, if that is why
   * @param note the reason of its maintenance, or the names of its checks that do not pass
   */
  public record Service(
      @JsonProperty("ID") String id,
      String name,
      List<String> tags,
      String status,
      Optional<String> note) {}

  static NodeServices of(JsonNode node, List<HealthCheck> checks) {
    Map<String, String> meta = new TreeMap<>();
    node.path("Node").path("Meta").properties().forEach(it -> meta.put(it.getKey(), text(it)));
    List<Service> services = new ArrayList<>();
    node.path("Services").properties().forEach(it -> services.add(service(it.getValue(), checks)));
    services.sort(Comparator.comparing(Service::name).thenComparing(Service::id));
    return new NodeServices(meta, services);
  }

  private static String text(Map.Entry<String, JsonNode> field) {
    return field.getValue().asText();
  }

  private static Service service(JsonNode registered, List<HealthCheck> all) {
    String id = registered.path("ID").asText();
    List<String> tags = new ArrayList<>();
    registered.path("Tags").forEach(tag -> tags.add(tag.asText()));
    List<HealthCheck> failing =
        all.stream()
            .filter(check -> check.service().equals(id) && !check.status().equals("passing"))
            .toList();
    Optional<HealthCheck> maintenance =
        failing.stream().filter(it -> it.id().startsWith(ServiceMaintenance.CHECK)).findFirst();
    String worst =
        failing.isEmpty()
            ? "passing"
            : failing.stream().anyMatch(HealthCheck::isCritical) ? "critical" : "warning";
    return new Service(
        id,
        registered.path("Service").asText(),
        tags,
        maintenance.isPresent() ? "maintenance" : worst,
        maintenance
            .map(HealthCheck::notes)
            .or(() -> Optional.of(NodeHealth.names(failing)))
            .filter(note -> !note.isEmpty()));
  }
}
