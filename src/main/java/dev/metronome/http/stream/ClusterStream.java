package dev.metronome.http.stream;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.http.port.ErrorAnswer;
import dev.metronome.model.record.Keys;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code GET /v1/stream}: what changes in the cluster, as server-sent events.
 *
 * <p><em>Guarantees</em>: who comes back with the ID of the last message that it heard misses
 * nothing, or is told everything anew; while nobody listens, it costs nothing; however many listen,
 * Consul is asked as often as for one.
 *
 * <p>Thread-safe; nothing here waits.
 */
public final class ClusterStream implements AutoCloseable {

  /** Where it is. */
  public static final String PATH = "/v1/stream";

  static final int MOST_SUBSCRIBERS = 256;

  /** Longer than a browser takes to come back. */
  private static final Duration LINGER = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final ConsulConnection connection;
  private final Keys keys;
  private final Clock clock;
  private final Duration linger;
  private final Set<Subscriber> open = ConcurrentHashMap.newKeySet();
  private StreamLoop loop;
  private boolean closed;

  public ClusterStream(Vertx vertx, ConsulConnection connection, Keys keys, Clock clock) {
    this(vertx, connection, keys, clock, LINGER);
  }

  ClusterStream(Vertx vertx, ConsulConnection connection, Keys keys, Clock clock, Duration linger) {
    this.vertx = vertx;
    this.connection = connection;
    this.keys = keys;
    this.clock = clock;
    this.linger = linger;
  }

  /** Answers from now on. */
  public void serve(Router router) {
    router.route(HttpMethod.GET, PATH).handler(this::receive);
  }

  private void receive(RoutingContext context) {
    HttpServerRequest request = context.request();
    String lastHeard = request.getHeader("Last-Event-ID");
    Subscriber subscriber =
        new Subscriber(vertx, context.response(), lastHeard == null ? "" : lastHeard);
    open.removeIf(Subscriber::isGone);
    if (open.size() >= MOST_SUBSCRIBERS || !admit(subscriber)) {
      refuse(context);
    }
  }

  /** One that is admitted while a loop retires would never be told anything. */
  private synchronized boolean admit(Subscriber subscriber) {
    if (closed) {
      return false;
    }
    open.add(subscriber);
    subscriber.open();
    if (loop == null) {
      loop = new StreamLoop(connection, keys, clock, linger, this::retire).start();
    }
    loop.admit(subscriber);
    return true;
  }

  private synchronized boolean retire(StreamLoop lonely) {
    if (lonely.isAwaited()) {
      return false;
    }
    if (loop == lonely) {
      loop = null;
    }
    return true;
  }

  private static void refuse(RoutingContext context) {
    ErrorAnswer.busy(
            "too many listen here, or this agent is being stopped",
            "listen at another agent, or come back in some seconds",
            5)
        .send(context.response());
  }

  /** Ends all streams at once, and takes no more. */
  @Override
  public synchronized void close() {
    closed = true;
    if (loop != null) {
      loop.close();
      loop = null;
    }
    open.forEach(Subscriber::end);
  }
}
