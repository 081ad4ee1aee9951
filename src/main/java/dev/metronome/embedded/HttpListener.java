package dev.metronome.embedded;

import com.sun.net.httpserver.HttpServer;
import dev.metronome.base.net.HeldPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;

/**
 * The port of one agent; a stopped one can be started again on the same port, which is held for it
 * until it is closed: a client that goes on trying must not find somebody else there.
 */
final class HttpListener implements AutoCloseable {
  static {
    // Read once, when the JDK's server is first used. Without the first, each answer waits 40 ms
    // for an acknowledgement; without the second, idle connections of a client are cut.
    setUnlessGiven("sun.net.httpserver.nodelay", "true");
    setUnlessGiven("sun.net.httpserver.idleInterval", "3600");
    setUnlessGiven("sun.net.httpserver.maxIdleConnections", "1000");
  }

  private final EmbeddedApi api;
  private final ExecutorService pool;
  private final HeldPort port;
  private HttpServer server;

  HttpListener(EmbeddedApi api, ExecutorService pool) {
    this.api = api;
    this.pool = pool;
    try {
      this.port = HeldPort.of(new InetSocketAddress(loopback(), 0));
    } catch (IOException e) {
      throw new UncheckedIOException("the embedded Consul gets no port", e);
    }
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + port.number());
  }

  void start() {
    if (server != null) {
      return;
    }
    try {
      server = HttpServer.create(new InetSocketAddress(loopback(), port.number()), 0);
    } catch (IOException e) {
      throw new UncheckedIOException("the embedded Consul cannot open port " + port.number(), e);
    }
    server.setExecutor(pool);
    server.createContext("/", api);
    server.start();
  }

  void stop() {
    if (server != null) {
      server.stop(0);
      server = null;
    }
  }

  private static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }

  /** Lets the port go, too. */
  @Override
  public void close() {
    stop();
    port.close();
  }

  private static void setUnlessGiven(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
