package dev.metronome.http.stream;

import dev.metronome.http.port.AnswerHeaders;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Somebody who listens. Thread-safe.
 *
 * <p><em>Guarantees</em>: no call waits; what has not gone out yet is at most {@value #MOST_BYTES}
 * bytes more than one greeting, and less than half a minute old, or the listener is dropped.
 */
// INVARIANT: promise 8, everything is bounded.
final class Subscriber {

  static final int MOST_BYTES = 2 << 20;
  private static final long PING_MILLIS = 10_000;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Vertx vertx;
  private final HttpServerResponse response;
  private final String lastHeard;
  private final AtomicLong pending = new AtomicLong();
  private volatile long movedNanos = System.nanoTime();
  private volatile boolean gone;
  private volatile long pinging;

  /**
   * @param lastHeard the ID of the last message that it heard; empty if it is new
   */
  Subscriber(Vertx vertx, HttpServerResponse response, String lastHeard) {
    this.vertx = vertx;
    this.response = response;
    this.lastHeard = lastHeard;
  }

  /** Begins, on its own event loop. */
  void open() {
    response.setChunked(true);
    AnswerHeaders.put(response, "text/event-stream");
    response.putHeader("X-Accel-Buffering", "no"); // a proxy must pass on each message
    response.closeHandler(closed -> leave());
    response.exceptionHandler(broken -> leave());
    pinging = vertx.setPeriodic(PING_MILLIS, timer -> send(Message.PING));
    send(Message.GREETING);
  }

  Optional<String> lastHeard() {
    return Optional.of(lastHeard).filter(id -> !id.isEmpty());
  }

  boolean isGone() {
    return gone;
  }

  /** Sends it some time, or drops a listener that does not listen. */
  synchronized void send(Buffer message) {
    if (gone) {
      return;
    }
    try {
      write(message);
    } catch (RuntimeException e) { // it has just gone; that concerns nobody else
      leave();
    }
  }

  private void write(Buffer message) {
    long waiting = pending.getAndAdd(message.length());
    boolean stuck = waiting > 0 && System.nanoTime() - movedNanos > PATIENCE_NANOS;
    if (stuck || (waiting > MOST_BYTES && response.writeQueueFull())) {
      drop();
      return;
    }
    if (waiting == 0) {
      movedNanos = System.nanoTime();
    }
    response.write(message).onComplete(sent -> sent(message.length()));
  }

  private void sent(int bytes) {
    pending.addAndGet(-bytes);
    movedNanos = System.nanoTime();
  }

  /** It comes back, if it can, and is told what it missed. */
  private void drop() {
    leave();
    response.reset();
  }

  /** Has it end properly. */
  synchronized void end() {
    if (!gone) {
      leave();
      response.end();
    }
  }

  private void leave() {
    gone = true;
    vertx.cancelTimer(pinging);
  }
}
