package dev.metronome.consul;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How Consul finds a node itself, whatever its services are like. The one place that judges it:
 * choosing nodes, running, foretelling and showing all go by this.
 *
 * <p><em>Guarantees</em>: only {@code serfHealth} says that a node has failed. Maintenance and
 * every other critical check of the node are states of their own, in which it still runs tasks: to
 * take a node out of traffic before work is done on it is what maintenance is for. A node without
 * {@code serfHealth}, which stands in the catalog only, has not failed.
 *
 * @param note the reason of a maintenance, or the names of the critical checks
 */
public record NodeHealth(State state, Optional<String> note) {

  /** An agent of Consul is there, and nothing is wrong. */
  public static final NodeHealth ALIVE = new NodeHealth(State.ALIVE, Optional.empty());

  private static final String SERF = "serfHealth";
  private static final String MAINTENANCE = "_node_maintenance";

  /** What Consul says if the operator gave no reason. */
  private static final String NO_REASON =
      "Maintenance mode is enabled for this node, but no reason";

  private static final int LONGEST_NOTE = 200;

  /** The states, from the best to the worst. */
  public enum State {
    ALIVE,
    /** A check of the node is critical, but not the one that tells whether it lives. */
    CRITICAL,
    /** An operator has put it into maintenance. */
    MAINTENANCE,
    /** Consul's own check says that it is dead. */
    FAILED
  }

  /** Judges by the checks of a node; those of its services do not count. */
  static NodeHealth of(Collection<HealthCheck> checks) {
    List<HealthCheck> critical =
        checks.stream().filter(HealthCheck::isOfNode).filter(HealthCheck::isCritical).toList();
    if (critical.stream().anyMatch(check -> check.id().equals(SERF))) {
      return new NodeHealth(State.FAILED, Optional.empty());
    }
    Optional<HealthCheck> maintenance =
        critical.stream().filter(check -> check.id().equals(MAINTENANCE)).findFirst();
    if (maintenance.isPresent()) {
      return new NodeHealth(State.MAINTENANCE, maintenance.flatMap(NodeHealth::reason));
    }
    return critical.isEmpty()
        ? ALIVE
        : new NodeHealth(State.CRITICAL, Optional.of(names(critical)));
  }

  /** A check as Consul tells it. */
  record HealthCheck(
      String node, String id, String name, String status, String notes, String service) {

    static HealthCheck of(JsonNode check) {
      return new HealthCheck(
          check.path("Node").asText(""),
          check.path("CheckID").asText(""),
          check.path("Name").asText(""),
          check.path("Status").asText(""),
          check.path("Notes").asText(""),
          check.path("ServiceID").asText(""));
    }

    boolean isOfNode() {
      return service.isEmpty();
    }

    boolean isCritical() {
      return status.equals("critical");
    }
  }

  private static Optional<String> reason(HealthCheck maintenance) {
    return Optional.of(maintenance.notes())
        .filter(text -> !text.isEmpty() && !text.startsWith(NO_REASON))
        .map(NodeHealth::shortened);
  }

  /** Of checks, sorted. */
  static String names(List<HealthCheck> checks) {
    return shortened(
        checks.stream()
            .map(check -> check.name().isEmpty() ? check.id() : check.name())
            .sorted()
            .collect(Collectors.joining(", ")));
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST_NOTE ? text : text.substring(0, LONGEST_NOTE) + "…";
  }

  /** {@code maintenance: a new kernel} or {@code critical check: disk}; empty in other states. */
  public Optional<String> remark() {
    return switch (state) {
      case MAINTENANCE -> Optional.of("maintenance" + note.map(why -> ": " + why).orElse(""));
      case CRITICAL -> Optional.of("critical check: " + note.orElse(""));
      case ALIVE, FAILED -> Optional.empty();
    };
  }

  /** Whether Consul reports the node as failed. */
  public boolean isFailed() {
    return state == State.FAILED;
  }
}
