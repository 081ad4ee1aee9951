package dev.metronome.consul;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * An instance of a service and all checks by which Consul judges it, its node's among them.
 *
 * @param node name of the Consul node
 * @param id the service's ID
 */
public record InstanceHealth(String node, String id, List<String> tags, List<Check> checks) {

  public InstanceHealth {
    tags = List.copyOf(tags);
    checks = List.copyOf(checks);
  }

  static InstanceHealth of(JsonNode health) {
    return new InstanceHealth(
        health.path("Node").path("Node").asText(),
        health.path("Service").path("ID").asText(),
        StreamSupport.stream(health.path("Service").path("Tags").spliterator(), false)
            .map(JsonNode::asText)
            .toList(),
        StreamSupport.stream(health.path("Checks").spliterator(), false).map(Check::of).toList());
  }

  /** A check of the instance, or of its node. */
  public record Check(String id, String name, String status, String notes, boolean ofNode) {
    private static final String SERF = "serfHealth";
    private static final String NODE_MAINTENANCE = "_node_maintenance";

    static Check of(JsonNode check) {
      return new Check(
          check.path("CheckID").asText(""),
          check.path("Name").asText(""),
          check.path("Status").asText(""),
          check.path("Notes").asText(""),
          check.path("ServiceID").asText("").isEmpty());
    }

    /** Neither a warning nor anything that Consul may say beside is that. */
    public boolean isPassing() {
      return status.equals("passing");
    }

    /** Whether it is the maintenance of a service, whose notes are the reason. */
    public boolean isServiceMaintenance() {
      return id.startsWith(ServiceMaintenance.CHECK);
    }

    /** {@code check `http` critical}, {@code in maintenance: a new kernel}. */
    String sentence() {
      if (id.equals(SERF)) {
        return "the node has failed";
      }
      if (id.equals(NODE_MAINTENANCE) || isServiceMaintenance()) {
        return (ofNode ? "the node is" : "it is") + " in maintenance: " + notes;
      }
      return (ofNode ? "check of the node `" : "check `")
          + (name.isEmpty() ? id : name)
          + "` "
          + status;
    }
  }

  /** Consul has nothing against it, not even a warning. */
  public boolean isPassing() {
    return isPassing(check -> false);
  }

  /** The same, whatever some checks say. */
  public boolean isPassing(Predicate<Check> ignored) {
    return checks.stream().filter(ignored.negate()).allMatch(Check::isPassing);
  }

  /** What Consul has against it, in words. */
  public List<String> against(Predicate<Check> ignored) {
    return checks.stream()
        .filter(ignored.negate())
        .filter(check -> !check.isPassing())
        .map(Check::sentence)
        .toList();
  }

  /** What tells it, and each of its checks, from others. */
  public Set<String> identity(Predicate<Check> ignored) {
    return checks.stream()
        .filter(ignored.negate())
        .map(check -> node + "/" + id + "/" + check.id())
        .collect(Collectors.toSet());
  }
}
