package dev.metronome.agent;

import dev.metronome.intake.PostedEvents;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.URI;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/** The agent's one port, on loopback: Camel's own HTTP server, with its health checks. */
final class HttpServer {

  /** Answered with 200 while the agent is alive; Consul's check asks it. */
  static final String LIVE = "/health/live";

  private static final String LOOPBACK = "127.0.0.1";
  private static final int ANSWER_MILLIS = 10_000;

  private HttpServer() {}

  /**
   * @param wanted 0 for any
   * @throws PortTakenException if another process listens there
   */
  static int port(int wanted) {
    try (ServerSocket probe = new ServerSocket(wanted, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    } catch (IOException e) {
      throw new PortTakenException(
          "port "
              + wanted
              + " on "
              + LOOPBACK
              + " cannot be used ("
              + e.getMessage()
              + "); is another agent running here? Give this one another with --http-port",
          e);
    }
  }

  /** Whether the agent at that port says that it is alive, within some seconds. */
  static boolean answers(int port) {
    try {
      URI uri = URI.create("http://" + LOOPBACK + ":" + port + LIVE);
      HttpURLConnection request = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
      request.setConnectTimeout(ANSWER_MILLIS);
      request.setReadTimeout(ANSWER_MILLIS);
      try {
        return request.getResponseCode() == HttpURLConnection.HTTP_OK;
      } finally {
        request.disconnect();
      }
    } catch (IOException e) {
      return false;
    }
  }

  /** Where further handlers are added, once it has started. */
  static VertxPlatformHttpRouter router(CamelContext context, int port) {
    return VertxPlatformHttpRouter.lookup(
        context, VertxPlatformHttpRouter.getRouterNameFromPort(port));
  }

  static Properties properties(int port) {
    Properties properties = new Properties();
    properties.setProperty("camel.server.enabled", "true");
    properties.setProperty("camel.server.host", LOOPBACK);
    properties.setProperty("camel.server.port", Integer.toString(port));
    properties.setProperty("camel.server.maxBodySize", Integer.toString(PostedEvents.LIMIT));
    properties.setProperty("camel.management.enabled", "true");
    properties.setProperty("camel.management.host", LOOPBACK);
    properties.setProperty("camel.management.port", Integer.toString(port));
    properties.setProperty("camel.management.healthCheckEnabled", "true");
    properties.setProperty("camel.management.healthPath", "/health");
    return properties;
  }
}
