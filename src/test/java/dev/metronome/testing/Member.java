package dev.metronome.testing;

import com.sun.net.httpserver.HttpServer;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulSettings;
import dev.metronome.consul.Registration;
import dev.metronome.consul.SessionKeeper;
import dev.metronome.embedded.EmbeddedConsul;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;

/** What every agent has: a connection, a port that answers its health check, and a session. */
public final class Member implements AutoCloseable {

  /** So long that no pause of the machine ends a session by itself. */
  private static final Duration TTL = Duration.ofMinutes(3);

  private static final Duration CHECK_INTERVAL = Duration.ofMinutes(1);

  private final String node;
  private final ConsulConnection connection;
  private final Registration registration;
  private final SessionKeeper sessions;
  private final HttpServer health;

  private Member(ConsulConnection connection, String node, String service, Duration ttl)
      throws IOException {
    this.node = node;
    this.connection = connection;
    this.health = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    health.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    health.start();
    int port = health.getAddress().getPort();
    this.registration =
        new Registration(
            connection, service, node, port, "http://127.0.0.1:" + port + "/", CHECK_INTERVAL);
    this.sessions = new SessionKeeper(connection, registration, ttl);
  }

  /** One whose session is not kept yet: for listeners that must be there first. */
  public static Member of(EmbeddedConsul consul, String node) {
    return of(connection(consul, node), node);
  }

  /** The same, over a connection of its own. */
  public static Member of(ConsulConnection connection, String node) {
    return of(connection, node, "metronome");
  }

  /** The same, as a service that is no agent of ours and so no target. */
  public static Member of(ConsulConnection connection, String node, String service) {
    return of(connection, node, service, TTL);
  }

  /** One that gives its session up after so long without Consul. */
  public static Member of(EmbeddedConsul consul, String node, Duration ttl) {
    return of(connection(consul, node), node, "metronome", ttl);
  }

  private static Member of(ConsulConnection connection, String node, String service, Duration ttl) {
    try {
      return new Member(connection, node, service, ttl);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One with a session. */
  public static Member joined(EmbeddedConsul consul, String node) {
    return of(consul, node).join();
  }

  public static ConsulConnection connection(EmbeddedConsul consul, String node) {
    URI agent = consul.agent(node);
    return ConsulConnection.to(ConsulSettings.plain(agent.getHost(), agent.getPort()));
  }

  public Member join() {
    sessions.start();
    session();
    return this;
  }

  public String node() {
    return node;
  }

  public ConsulConnection connection() {
    return connection;
  }

  public Registration registration() {
    return registration;
  }

  public SessionKeeper sessions() {
    return sessions;
  }

  public String session() {
    Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> sessions.current().isPresent());
    return sessions.current().orElseThrow();
  }

  /** As an operator would: the session is gone before its owner knows. */
  public String destroySession() {
    String session = session();
    connection.endSession(session);
    return session;
  }

  /** What stands at a key, as text. */
  public Optional<String> text(String key) {
    return connection
        .get(key)
        .map(entry -> new String(entry.value(), java.nio.charset.StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    try {
      sessions.close();
    } catch (RuntimeException e) {
      // its Consul may be gone already
    }
    connection.close();
    health.stop(0);
  }
}
