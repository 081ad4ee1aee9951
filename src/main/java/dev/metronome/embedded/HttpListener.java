package dev.metronome.embedded;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
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

  private final HttpApi api;
  private final ExecutorService pool;
  private final Socket holder = new Socket();
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
      server = listening();
    } catch (IOException e) {
      throw new UncheckedIOException("the embedded Consul cannot open port " + port, e);
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

  private HttpServer listening() throws IOException {
    hold();
    try {
      return HttpServer.create(new InetSocketAddress(loopback(), port), 0);
    } catch (BindException e) {
      holder.close(); // not every system lets anybody listen beside it
      return HttpServer.create(new InetSocketAddress(loopback(), port), 0);
    }
  }

  /** Bound, but not listened on: whoever names it may listen, and nobody else is given it. */
  private void hold() throws IOException {
    if (port == 0) {
      holder.setReuseAddress(true);
      holder.bind(new InetSocketAddress(loopback(), 0));
      port = holder.getLocalPort();
    }
  }

  private static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }

  /** Lets the port go, too. */
  @Override
  public void close() {
    stop();
    try {
      holder.close();
    } catch (IOException e) {
      // it is gone all the same
    }
  }

  private static void setUnlessGiven(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
