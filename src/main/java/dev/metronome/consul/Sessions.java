package dev.metronome.consul;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Consul's sessions, one request each. */
final class Sessions {

  private static final byte[] NOTHING = {};

  private final ConsulConnection connection;

  Sessions(ConsulConnection connection) {
    this.connection = connection;
  }

  /**
   * Creates a session that ends with its checks or its TTL. No lock-delay: the fence protects, not
   * the delay (docs/protocol.md, "Sessions").
   */
  String create(String name, Duration ttl, List<String> checks) {
    ObjectNode session = session(name, ttl).put("Behavior", "release");
    checks.forEach(session.putArray("Checks")::add);
    return create(session);
  }

  private static ObjectNode session(String name, Duration ttl) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("Name", name)
        .put("TTL", ttl.toSeconds() + "s")
        .put("LockDelay", "0s");
  }

  private String create(ObjectNode session) {
    byte[] body = session.toString().getBytes(StandardCharsets.UTF_8);
    return connection.call(
        "create a session",
        Request.put("/v1/session/create", body),
        answer -> Answer.text(answer.json().path("ID")));
  }

  /** Whether a session was refused since a check that it is to depend on is critical. */
  static boolean isCheckCritical(Throwable failure) {
    return (failure instanceof ConsulUnavailableException
            || failure instanceof ConsulRejectedException)
        && String.valueOf(failure.getMessage()).contains("is in critical state");
  }

  /** Where sessions are made: makes one, looks, and ends it. */
  String localNode() {
    String id = create(session("metronome-asks", Duration.ofSeconds(10)));
    try {
      return connection.call(
          "read the session",
          Request.get("/v1/session/info/" + Request.encoded(id)),
          answer -> Answer.text(first(answer).path("Node")));
    } finally {
      destroy(id);
    }
  }

  private static JsonNode first(Answer answer) throws IOException {
    return answer.list().path(0);
  }

  /** False if Consul no longer knows the session. */
  boolean renew(String id) {
    return connection.call(
        "renew the session",
        Request.put("/v1/session/renew/" + Request.encoded(id), NOTHING),
        answer -> answer.status() != 404 && first(answer).isObject(),
        404);
  }

  void destroy(String id) {
    connection.call(
        "destroy the session",
        Request.put("/v1/session/destroy/" + Request.encoded(id), NOTHING),
        Answer::isGood);
  }
}
