package dev.metronome.http.port;

import io.netty.channel.Channel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where connections come in. Thread-safe.
 *
 * <p><em>Guarantees</em>: no more than {@link Bounds} says of connections, of bytes of bodies and
 * of answers. Whoever comes next is let in, and of those who keep us waiting the longest-waiting
 * goes: so Consul's check finds its way in however many half-open connections there are.
 *
 * <p><em>Does not guarantee</em> that a request is answered: with too many at once some are cut
 * off.
 */
// INVARIANT: promise 8, everything is bounded.
public final class ConnectionLimiter {

  private static final Logger LOG = LoggerFactory.getLogger(ConnectionLimiter.class);

  private static final long SWEEP_MILLIS = 500;

  /** What whoever has just come has to say something, however many come after. */
  static final Duration GRACE = Duration.ofMillis(100);

  private final Bounds bounds;
  private final LongSupplier nanos;
  private final RefusalCounter refusals;
  private final Set<PortConnection> connections = new HashSet<>();
  private final AtomicLong bodies = new AtomicLong();
  private final AtomicLong answers = new AtomicLong();

  public ConnectionLimiter(Bounds bounds) {
    this(bounds, System::nanoTime);
  }

  /**
   * @param nanos the time, as {@link System#nanoTime()} tells it
   */
  ConnectionLimiter(Bounds bounds, LongSupplier nanos) {
    this.bounds = bounds;
    this.nanos = nanos;
    this.refusals = new RefusalCounter(nanos);
  }

  /** A Vert.x whose servers have their connections come in here. */
  public Vertx vertx() {
    VertxOptions options =
        new VertxOptions()
            .setBlockedThreadCheckInterval(1) // it says the same thing anew each time
            .setBlockedThreadCheckIntervalUnit(TimeUnit.MINUTES);
    Vertx vertx =
        new VertxBuilder(options).findTransport(new CountedTransport(this)).init().vertx();
    vertx.setPeriodic(SWEEP_MILLIS, timer -> sweep());
    return vertx;
  }

  /** HTTP/1.1 only: what HTTP/2 lets one connection ask for has other bounds. */
  public HttpServerOptions options() {
    return new HttpServerOptions()
        .setHttp2ClearTextEnabled(false)
        .setUseAlpn(false)
        .setSslHandshakeTimeout(bounds.head().toMillis())
        .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
  }

  /** Once the pipeline of a connection stands. */
  public void connected(HttpConnection connection) {
    Channel channel = ((ConnectionBase) connection).channel();
    PortConnection ours = channel.attr(PortConnection.KEY).get();
    if (ours != null) {
      channel.pipeline().addBefore("handler", "connection", ours);
    }
  }

  /** A connection that has just been accepted. */
  void admit(Channel channel) {
    PortConnection connection = new PortConnection(this, channel);
    channel.attr(PortConnection.KEY).set(connection);
    channel.pipeline().addLast("arrival", connection.arrival());
    Optional<PortConnection> longest;
    synchronized (connections) {
      longest = connections.size() < bounds.connections() ? Optional.empty() : longestWaiting();
      longest.ifPresent(connections::remove);
      connections.add(connection);
    }
    longest.ifPresent(gone -> gone.leave(RefusalCounter.Reason.CROWDED));
  }

  /**
   * Whether the next may be accepted now: not if somebody would have to go for it who has only just
   * come, and may have been heard by nobody so far.
   */
  boolean mayHurry() {
    synchronized (connections) {
      return connections.size() < bounds.connections()
          || longestWaiting()
              .filter(
                  connection ->
                      connection.stage() == PortConnection.Stage.HEAD
                          && connection.waited(nanos()) < GRACE.toNanos())
              .isEmpty();
    }
  }

  private Optional<PortConnection> longestWaiting() {
    long now = nanos();
    return connections.stream()
        .min(
            Comparator.comparing(PortConnection::stage)
                .thenComparing(connection -> -connection.waited(now)));
  }

  void left(PortConnection connection) {
    synchronized (connections) {
      connections.remove(connection);
    }
  }

  /** How many there are. */
  int connections() {
    synchronized (connections) {
      return connections.size();
    }
  }

  /** Closes what has taken too long, and says what was turned away. */
  void sweep() {
    List<PortConnection> all;
    synchronized (connections) {
      all = List.copyOf(connections);
    }
    long now = nanos();
    all.forEach(connection -> connection.look(now));
    refusals
        .due()
        .ifPresent(
            counts ->
                LOG.warn(
                    "port=bounded connections={} {}: more was asked for at once, or more slowly,"
                        + " than docs/access.md allows",
                    connections(),
                    counts));
  }

  /** Whether so many more bytes of bodies may come; they are counted if so. */
  boolean reserve(long bytes) {
    if (bodies.addAndGet(bytes) <= bounds.bodies()) {
      return true;
    }
    bodies.addAndGet(-bytes);
    return false;
  }

  void release(long bytes) {
    bodies.addAndGet(-bytes);
  }

  /** Bytes of bodies that are in flight. */
  long bodies() {
    return bodies.get();
  }

  /**
   * Counts bytes that go out, or have gone if negative.
   *
   * @return whether there is room for them
   */
  boolean answering(long bytes) {
    return answers.addAndGet(bytes) <= bounds.answers();
  }

  void count(RefusalCounter.Reason why) {
    refusals.count(why);
  }

  Bounds bounds() {
    return bounds;
  }

  long nanos() {
    return nanos.getAsLong();
  }
}
