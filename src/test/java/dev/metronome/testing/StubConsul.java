package dev.metronome.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.metronome.consul.ConsulSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An HTTP server that answers as Consul should not: whatever a test tells it to. */
public final class StubConsul implements AutoCloseable {

  /** What to do with a request. */
  @FunctionalInterface
  public interface Behaviour {
    void answer(HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger requests = new AtomicInteger();
  private volatile Behaviour behaviour = exchange -> exchange.close();

  private StubConsul() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(workers);
    server.createContext("/", this::handle);
    server.start();
  }

  public static StubConsul start() {
    try {
      return new StubConsul();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public ConsulSettings settings() {
    return ConsulSettings.plain("127.0.0.1", server.getAddress().getPort());
  }

  public int requests() {
    return requests.get();
  }

  public StubConsul behave(Behaviour now) {
    behaviour = now;
    return this;
  }

  public StubConsul answer(int status, String body) {
    return behave(exchange -> send(exchange, status, body, Map.of()));
  }

  public StubConsul answer(int status, String body, long index) {
    Map<String, String> headers = Map.of("X-Consul-Index", Long.toString(index));
    return behave(exchange -> send(exchange, status, body, headers));
  }

  /** Promises more than it sends, then closes the connection. */
  public StubConsul breakOff() {
    return behave(
        exchange -> {
          exchange.sendResponseHeaders(200, 1_000);
          exchange.getResponseBody().write("[{\"Key\":".getBytes(StandardCharsets.UTF_8));
          exchange.getResponseBody().flush();
          throw new IOException("broken off");
        });
  }

  /** Takes the request and never answers. */
  public StubConsul hang() {
    return behave(
        exchange -> {
          try {
            closed.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  public static void send(
      HttpExchange exchange, int status, String body, Map<String, String> headers)
      throws IOException {
    headers.forEach(exchange.getResponseHeaders()::set);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void handle(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    exchange.getRequestBody().readAllBytes();
    behaviour.answer(exchange);
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    workers.shutdownNow();
  }
}
