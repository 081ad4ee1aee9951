package dev.metronome.consul;

import java.time.Duration;
import java.util.List;
import org.kiwiproject.consul.ConsulException;
import org.kiwiproject.consul.model.session.ImmutableSession;

/** Consul's sessions, one request each. */
final class Sessions {

  private final ConsulConnection connection;

  Sessions(ConsulConnection connection) {
    this.connection = connection;
  }

  /**
   * Creates a session that ends with its checks or its TTL. No lock-delay: the fence protects, not
   * the delay (docs/protocol.md, "Sessions").
   */
  String create(String name, Duration ttl, List<String> checks) {
    ImmutableSession session =
        ImmutableSession.builder()
            .name(name)
            .ttl(ttl.toSeconds() + "s")
            .behavior("release")
            .lockDelay("0s")
            .checks(checks)
            .build();
    return connection.call(
        "create a session",
        () -> connection.client().sessionClient().createSession(session).getId());
  }

  /** Whether a session was refused since a check that it is to depend on is critical. */
  static boolean isCheckCritical(Throwable failure) {
    return failure instanceof ConsulUnavailableException
        && String.valueOf(failure.getMessage()).contains("is in critical state");
  }

  /** Where sessions are made: makes one, looks, and ends it. */
  String localNode() {
    ImmutableSession session =
        ImmutableSession.builder().name("metronome-asks").ttl("10s").lockDelay("0s").build();
    String id =
        connection.call(
            "create a session",
            () -> connection.client().sessionClient().createSession(session).getId());
    try {
      return connection.call(
          "read the session",
          () -> connection.client().sessionClient().getSessionInfo(id).orElseThrow().getNode());
    } finally {
      destroy(id);
    }
  }

  /** False if Consul no longer knows the session. */
  boolean renew(String id) {
    return connection.call(
        "renew the session",
        () -> {
          try {
            return connection.client().sessionClient().renewSession(id).isPresent();
          } catch (ConsulException e) {
            if (e.hasCode() && e.getCode() == 404) {
              return false;
            }
            throw e;
          }
        });
  }

  void destroy(String id) {
    connection.call(
        "destroy the session",
        () -> {
          connection.client().sessionClient().destroySession(id);
          return true;
        });
  }
}
