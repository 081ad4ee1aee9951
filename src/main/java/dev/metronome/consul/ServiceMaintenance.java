package dev.metronome.consul;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/**
 * The services of the Consul agent that this process speaks to, and their maintenance: a critical
 * check that takes an instance out of traffic, with a reason in its notes. Consul keeps it over
 * restarts. Every call is a fresh read of the agent, not of the catalog.
 */
public final class ServiceMaintenance {

  /** How the ID of its check begins; the service's own follows. */
  static final String CHECK = "_service_maintenance:";

  private static final byte[] NOTHING = new byte[0];

  private final ConsulConnection connection;

  /**
   * @param connection to the node's own agent, with a token that may write the services
   */
  public ServiceMaintenance(ConsulConnection connection) {
    this.connection = connection;
  }

  /** An instance of a service. */
  public record LocalService(String id, String name, List<String> tags) {
    public LocalService {
      tags = List.copyOf(tags);
    }
  }

  /** All that are registered with this agent, and that the token may read. */
  public List<LocalService> services() {
    return connection.call(
        "read the services of its agent",
        Request.get("/v1/agent/services"),
        answer ->
            answer.json().properties().stream()
                .map(entry -> service(entry.getKey(), entry.getValue()))
                .toList());
  }

  private static LocalService service(String id, JsonNode service) {
    List<String> tags =
        StreamSupport.stream(service.path("Tags").spliterator(), false)
            .map(JsonNode::asText)
            .toList();
    return new LocalService(id, service.path("Service").asText(), tags);
  }

  /** Why, by the service's ID, of those that are in maintenance now. */
  public Map<String, String> reasons() {
    return connection.call(
        "read the checks of its agent",
        Request.get("/v1/agent/checks"),
        answer -> {
          Map<String, String> reasons = new TreeMap<>();
          answer
              .json()
              .properties()
              .forEach(
                  entry -> {
                    if (entry.getKey().startsWith(CHECK)) {
                      String id = entry.getKey().substring(CHECK.length());
                      reasons.put(id, entry.getValue().path("Notes").asText(""));
                    }
                  });
          return reasons;
        });
  }

  /**
   * Puts an instance into maintenance. One that is there for another reason stays there for that.
   *
   * @throws ConsulDeniedException the token may not write the service
   */
  public void begin(String serviceId, String reason) {
    put("begin the maintenance of service ", serviceId, "true&reason=" + Request.encoded(reason));
  }

  /** Takes an instance out of maintenance; nothing is wrong if it is registered no more. */
  public void end(String serviceId) {
    put("end the maintenance of service ", serviceId, "false", 404);
  }

  private void put(String what, String serviceId, String enable, int... expected) {
    String path = "/v1/agent/service/maintenance/" + Request.encoded(serviceId);
    connection.call(
        what + serviceId,
        Request.put(path + "?enable=" + enable, NOTHING),
        Answer::isGood,
        expected);
  }
}
