package dev.metronome.consul;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * This agent as a service of its Consul node, with a check on its own port, so that Consul notices
 * a killed agent in about three intervals (docs/protocol.md, "Sessions").
 *
 * @param serviceName {@code metronome}
 * @param node the agent's node name; the service's ID is {@code metronome-NODE}
 * @param checkUrl answered with 200 while the agent is alive; the check does not ask who signed its
 *     certificate, since it tells whether the agent lives and not who it is
 * @param interval of the check; its timeout is 5 s, since a busy machine must not look dead
 */
public record Registration(
    ConsulConnection connection,
    String serviceName,
    String node,
    int port,
    String checkUrl,
    Duration interval) {

  private static final String CHECK_TIMEOUT = "5s";
  private static final int FAILURES_BEFORE_CRITICAL = 2;

  public String serviceId() {
    return serviceId(serviceName, node);
  }

  public static String serviceId(String serviceName, String node) {
    return serviceName + "-" + node;
  }

  /** The agent's name in an instance of the service, if it is one of ours. */
  public static Optional<String> nodeOf(String serviceName, Catalog.Instance instance) {
    String start = serviceName + "-";
    return instance.id().startsWith(start)
        ? Optional.of(instance.id().substring(start.length()))
        : Optional.empty();
  }

  /** What a session must depend on to die with this agent. */
  public List<String> checks() {
    return List.of("serfHealth", "service:" + serviceId());
  }

  /** Registers, or registers again: Consul forgets a service when its agent loses its state. */
  public void register() {
    ObjectNode service =
        JsonNodeFactory.instance
            .objectNode()
            .put("Name", serviceName)
            .put("ID", serviceId())
            .put("Port", port);
    service
        .putArray("Checks")
        .addObject()
        .put("HTTP", checkUrl)
        .put("Interval", interval.toMillis() + "ms")
        .put("Timeout", CHECK_TIMEOUT)
        .put("FailuresBeforeCritical", FAILURES_BEFORE_CRITICAL)
        .put("TLSSkipVerify", checkUrl.startsWith("https:"))
        .put("Status", "passing");
    byte[] body = service.toString().getBytes(StandardCharsets.UTF_8);
    connection.call(
        "register service " + serviceId(),
        Request.put("/v1/agent/service/register", body),
        Answer::isGood);
  }

  public void deregister() {
    connection.call(
        "deregister service " + serviceId(),
        Request.put("/v1/agent/service/deregister/" + Request.encoded(serviceId()), new byte[0]),
        Answer::isGood);
  }
}
