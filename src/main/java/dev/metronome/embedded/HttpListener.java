package dev.metronome.embedded;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;

/** The open port of one agent; a stopped one can be started again on the same port. */
final class HttpListener {
  static {
    // Read once, when the JDK's server is first used. Without the first, each answer waits 40 ms
    // for an acknowledgement; without the second, idle connections of a client are cut.
    setUnlessGiven("sun.net.httpserver.nodelay", "true");
    setUnlessGiven("sun.net.httpserver.idleInterval", "3600");
    setUnlessGiven("sun.net.httpserver.maxIdleConnections", "1000");
  }

  private final HttpApi api;
  private final ExecutorService pool;
  private HttpServer server;
  private int port;

  HttpListener(HttpApi api, ExecutorService pool) {
    this.api = api;
    this.pool = pool;
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + port);
  }

  void start() {
    if (server != null) {
      return;
    }
    try {
      InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
      server = HttpServer.create(new InetSocketAddress(loopback, port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException("the embedded Consul cannot open port " + port, e);
    }
    port = server.getAddress().getPort();
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

  private static void setUnlessGiven(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
