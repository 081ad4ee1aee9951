package dev.metronome.consul;

import dev.metronome.base.loop.Loop;
import dev.metronome.base.loop.Loops;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that follows a part of Consul by blocking queries, by the rules of docs/protocol.md,
 * "Watches", and hands every new state to a listener.
 *
 * <p><em>Guarantees</em>: it goes on for ever, through every outage, until it is closed; the
 * listener is called on one thread, first with the state as it is; an exception in the listener
 * does not end it.
 *
 * <p><em>Does not guarantee</em> that every state is seen: changes in quick succession may arrive
 * as one; nor that a call means a change.
 */
public final class Watch<T> implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

  /** Consul adds up to a sixteenth of it. */
  static final Duration WAIT = Duration.ofSeconds(60);

  private final String name;
  private final BlockingRead<T> read;
  private final Consumer<Snapshot<T>> listener;
  private final Loop loop;
  private volatile long lastReturnNanos = System.nanoTime();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Index kind;

  /** How indexes of the watched thing behave. */
  enum Index {
    /** They grow with every write. */
    RAFT,
    /** They are a hash of the newest user event, in no order. */
    HASH
  }

  Watch(
      Loops loops, String name, Index kind, BlockingRead<T> read, Consumer<Snapshot<T>> listener) {
    this.name = name;
    this.kind = kind;
    this.read = read;
    this.listener = listener;
    this.loop = loops.of(Loop.Kind.WATCH, name, this::loop);
  }

  Watch<T> start() {
    loop.start();
    return this;
  }

  /** Time since the last answer; more than about 70 s means that Consul is out of reach. */
  public Duration age() {
    return Duration.ofNanos(System.nanoTime() - lastReturnNanos);
  }

  private void loop() {
    Backoff failures = new Backoff();
    Backoff oddities = new Backoff();
    long index = 0;
    while (isOpen()) {
      try {
        long asked = System.nanoTime();
        Snapshot<T> snapshot = read.read(index, WAIT);
        lastReturnNanos = System.nanoTime();
        if (snapshot.index() != index && isOpen()) {
          listener.accept(snapshot);
        }
        recovered(failures);
        loop.turned();
        calm(oddities, isOdd(index, snapshot.index(), asked), index);
        index = isBackwards(index, snapshot.index()) ? 0 : snapshot.index();
      } catch (InterruptedException e) {
        return;
      } catch (Throwable e) { // whatever it is, a loop that dies is a bug
        if (!isOpen() || !failed(failures, e)) {
          return;
        }
      }
    }
  }

  /**
   * An index that went backwards means another history: start again (docs/protocol.md, "Watches").
   */
  private boolean isBackwards(long before, long now) {
    return kind == Index.RAFT && now < before;
  }

  /** A server whose indexes jump, or that answers at once without a change, is asked less often. */
  private boolean isOdd(long before, long now, long askedNanos) {
    boolean early = System.nanoTime() - askedNanos < WAIT.toNanos() / 2;
    return isBackwards(before, now) || (now == before && early);
  }

  private void calm(Backoff oddities, boolean odd, long before) throws InterruptedException {
    if (odd) {
      closed.await(oddities.next().toMillis(), TimeUnit.MILLISECONDS);
    } else if (before != 0) {
      oddities.reset();
    }
  }

  private boolean isOpen() {
    return closed.getCount() > 0;
  }

  private void recovered(Backoff backoff) {
    if (!backoff.isFirst()) {
      LOG.info("watch={} state=recovered", name);
      backoff.reset();
    }
  }

  private boolean failed(Backoff backoff, Throwable e) {
    loop.failing(String.valueOf(e.getMessage()));
    if (backoff.isFirst()) {
      LOG.atLevel(Denial.level(e))
          .log("watch={} state=failing, it will be tried again: {}", name, e.getMessage());
      LOG.debug("watch={}", name, e);
    }
    try {
      return !closed.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      return false;
    }
  }

  @Override
  public void close() {
    loop.close(); // first, or its end would look like a death
    closed.countDown();
    loop.interrupt();
  }
}
