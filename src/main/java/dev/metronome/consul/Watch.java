package dev.metronome.consul;

import dev.metronome.base.loop.Backoff;
import dev.metronome.base.loop.Loop;
import dev.metronome.base.loop.Loops;
import java.time.Duration;
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

  /** A query that fails earlier has failed, and was not cut. */
  private static final Duration NO_CUT = Duration.ofSeconds(5);

  /** After a failure: whether Consul answers again, and where its history is, is told at once. */
  private static final Duration GLANCE = Duration.ofMillis(100);

  private final BlockingRead<T> read;
  private final Consumer<Snapshot<T>> listener;
  private final Loop loop;
  private final Index kind;
  private final Backoff oddities = new Backoff();
  private final WaitLength wait;
  private volatile long lastReturnNanos = System.nanoTime();
  private long index;
  private boolean failed;

  /** How indexes of the watched thing behave. */
  enum Index {
    /** They grow with every write. */
    RAFT,
    /** They are a hash of the newest user event, in no order. */
    HASH
  }

  Watch(
      Loops loops, String name, Index kind, BlockingRead<T> read, Consumer<Snapshot<T>> listener) {
    this(loops, name, kind, new WaitLength(WAIT, NO_CUT), read, listener);
  }

  Watch(
      Loops loops,
      String name,
      Index kind,
      WaitLength wait,
      BlockingRead<T> read,
      Consumer<Snapshot<T>> listener) {
    this.kind = kind;
    this.wait = wait;
    this.read = read;
    this.listener = listener;
    this.loop = loops.of(Loop.Kind.WATCH, name, this::turn);
  }

  Watch<T> start() {
    loop.start();
    return this;
  }

  /** Time since the last answer; more than about 70 s means that Consul is out of reach. */
  public Duration age() {
    return Duration.ofNanos(System.nanoTime() - lastReturnNanos);
  }

  private Duration turn() throws InterruptedException {
    long asked = System.nanoTime();
    long before = index;
    boolean glance = failed && before != 0;
    Duration most = glance ? GLANCE : wait.most();
    failed = true;
    Snapshot<T> snapshot;
    try {
      snapshot = read.read(before, most);
    } catch (ConsulUnavailableException e) {
      if (before != 0 && !loop.isClosed() && wait.isCutAfter(sinceNanos(asked))) {
        failed = false;
        LOG.debug("watch={} cut, it waits {} from now on", loop.name(), wait.most(), e);
        return Duration.ZERO;
      }
      throw e;
    }
    failed = false;
    lastReturnNanos = System.nanoTime();
    long now = snapshot.index();
    if (now != before && !isReset(before, now) && !loop.isClosed()) {
      listener.accept(snapshot);
    }
    loop.turned();
    wait.passed(now == before, sinceNanos(asked));
    index = isBackwards(before, now) ? 0 : now;
    boolean odd = glance ? isBackwards(before, now) : isOdd(before, now, asked);
    return calm(odd, before);
  }

  private static Duration sinceNanos(long asked) {
    return Duration.ofNanos(System.nanoTime() - asked);
  }

  /**
   * An index that went backwards means another history: start again (docs/protocol.md, "Watches").
   */
  private boolean isBackwards(long before, long now) {
    return kind == Index.RAFT && now < before;
  }

  /**
   * Perhaps only the server's view is empty and anew: no news, until it is asked from the start.
   */
  private boolean isReset(long before, long now) {
    return isBackwards(before, now) && now == 1;
  }

  /** A server whose indexes jump, or that answers at once without a change, is asked less often. */
  private boolean isOdd(long before, long now, long askedNanos) {
    boolean early = sinceNanos(askedNanos).compareTo(wait.most().dividedBy(2)) < 0;
    return isBackwards(before, now) || (now == before && early);
  }

  private Duration calm(boolean odd, long before) {
    if (odd) {
      return oddities.next();
    }
    if (before != 0) {
      oddities.reset();
    }
    return Duration.ZERO;
  }

  @Override
  public void close() {
    loop.interrupt();
  }
}
