package dev.metronome.embedded;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/**
 * The state of a health check, as the catalog renders it.
 *
 * @param serviceId empty for a check of the node itself
 */
record Check(
    String node,
    @JsonProperty("CheckID") String checkId,
    String name,
    String status,
    String notes,
    String output,
    @JsonProperty("ServiceID") String serviceId,
    String serviceName,
    List<String> serviceTags,
    String type,
    Map<String, String> definition,
    long createIndex,
    long modifyIndex) {

  static final String PASSING = "passing";
  static final String WARNING = "warning";
  static final String CRITICAL = "critical";

  /** The ID of the check by which Consul itself says whether a node's agent is alive. */
  static final String SERF_HEALTH = "serfHealth";

  /** A check that is not yet of any service. */
  static Check of(
      String node, String checkId, String name, String status, String type, String notes) {
    return new Check(
        node, checkId, name, status, notes, "", "", "", List.of(), type, Map.of(), 0, 0);
  }

  static Check serfHealth(String node, String status) {
    String output =
        status.equals(PASSING) ? "Agent alive and reachable" : "Agent not live or unreachable";
    return of(node, SERF_HEALTH, "Serf Health Status", status, "", "").withStatus(status, output);
  }

  boolean isOfNode() {
    return serviceId.isEmpty();
  }

  Check withStatus(String newStatus, String newOutput) {
    return new Check(
        node,
        checkId,
        name,
        newStatus,
        notes,
        newOutput,
        serviceId,
        serviceName,
        serviceTags,
        type,
        definition,
        createIndex,
        modifyIndex);
  }

  Check of(Service service) {
    return new Check(
        node,
        checkId,
        name,
        status,
        notes,
        output,
        service.id(),
        service.name(),
        service.tags(),
        type,
        definition,
        createIndex,
        modifyIndex);
  }

  Check withIndexes(long created, long modified) {
    return new Check(
        node,
        checkId,
        name,
        status,
        notes,
        output,
        serviceId,
        serviceName,
        serviceTags,
        type,
        definition,
        created,
        modified);
  }
}
