package dev.metronome.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/** Stands between an agent and its Consul, and loses what a test tells it to lose. */
public final class FaultyConsul implements AutoCloseable {

  /** What happens to a request. */
  public enum Fault {
    /** It is done, but its answer never arrives. */
    REPLY_LOST,
    /** It is not done, and answered with 500. */
    FAILING,
    /** It is not done, and answered as Consul refuses a session on a check that is critical. */
    CRITICAL,
    /** It is not done, and answered as Consul answers a transaction without the right to it. */
    DENIED
  }

  private record Rule(Predicate<String> concerns, Fault fault, AtomicInteger times) {}

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final URI target;
  private final HttpServer server;
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final AtomicReference<Rule> rule = new AtomicReference<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  private FaultyConsul(URI target) throws IOException {
    this.target = target;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(workers);
    server.createContext("/", this::handle);
    server.start();
  }

  public static FaultyConsul before(URI agent) {
    try {
      return new FaultyConsul(agent);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return server.getAddress().getPort();
  }

  public ConsulConnection connection() {
    return ConsulConnection.to(ConsulSettings.plain("127.0.0.1", port()));
  }

  /**
   * Does so to the next requests.
   *
   * @param part of the line "METHOD path body" of the requests that it concerns
   */
  public void next(int times, String part, Fault fault) {
    rule.set(new Rule(line -> line.contains(part), fault, new AtomicInteger(times)));
  }

  /**
   * Does so to every request that it concerns, after so many others of these, until it is healed.
   */
  public void after(int others, String part, Fault fault) {
    AtomicInteger passing = new AtomicInteger(others);
    rule.set(
        new Rule(
            line -> line.contains(part) && passing.getAndDecrement() <= 0,
            fault,
            new AtomicInteger(Integer.MAX_VALUE)));
  }

  public void heal() {
    rule.set(null);
  }

  /** Lines "METHOD path body" of requests that have arrived, in order. */
  public List<String> requests() {
    return requests;
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String line = exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body;
    requests.add(line);
    Fault fault = fault(line);
    if (fault == Fault.FAILING) {
      StubConsul.send(exchange, 500, "No cluster leader", java.util.Map.of());
      return;
    }
    if (fault == Fault.CRITICAL) {
      String refusal = "Check 'service:metronome-a' is in critical state";
      StubConsul.send(exchange, 500, refusal, java.util.Map.of());
      return;
    }
    if (fault == Fault.DENIED) {
      String refusal =
          "{\"Results\":null,\"Errors\":[{\"OpIndex\":0,\"What\":\"Permission denied\"}]}";
      StubConsul.send(exchange, 409, refusal, java.util.Map.of());
      return;
    }
    HttpResponse<byte[]> answer = forward(exchange, body);
    if (fault == Fault.REPLY_LOST) {
      throw new IOException("the reply is lost");
    }
    answer
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (name.toLowerCase(java.util.Locale.ROOT).startsWith("x-consul")
                  || name.equalsIgnoreCase("content-type")) {
                exchange.getResponseHeaders().put(name, values);
              }
            });
    byte[] bytes = answer.body();
    exchange.sendResponseHeaders(answer.statusCode(), bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private HttpResponse<byte[]> forward(HttpExchange exchange, String body) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(target + exchange.getRequestURI().toString()))
            .method(exchange.getRequestMethod(), BodyPublishers.ofString(body))
            .build();
    try {
      return CLIENT.send(request, BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private synchronized Fault fault(String line) {
    Rule now = rule.get();
    if (now == null || now.times().get() == 0 || !now.concerns().test(line)) {
      return null;
    }
    now.times().decrementAndGet();
    return now.fault();
  }

  @Override
  public void close() {
    server.stop(0);
    workers.shutdownNow();
  }
}
