package dev.metronome.consul;

import dev.metronome.base.loop.Backoff;
import dev.metronome.base.loop.Loop;
import dev.metronome.base.loop.Loops;
import java.time.Duration;
import java.util.function.Consumer;

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

  /** Consul adds up to a sixteenth of it. */
  static final Duration WAIT = Duration.ofSeconds(60);

  private final BlockingRead<T> read;
  private final Consumer<Snapshot<T>> listener;
  private final Loop loop;
  private final Index kind;
  private final Backoff oddities = new Backoff();
  private volatile long lastReturnNanos = System.nanoTime();
  private long index;

  /** How indexes of the watched thing behave. */
  enum Index {
    /** They grow with every write. */
    RAFT,
    /** They are a hash of the newest user event, in no order. */
    HASH
  }

  Watch(
      Loops loops, String name, Index kind, BlockingRead<T> read, Consumer<Snapshot<T>> listener) {
    this.kind = kind;
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
    Snapshot<T> snapshot = read.read(before, WAIT);
    lastReturnNanos = System.nanoTime();
    if (snapshot.index() != before && !loop.isClosed()) {
      listener.accept(snapshot);
    }
    loop.turned();
    index = isBackwards(before, snapshot.index()) ? 0 : snapshot.index();
    return calm(isOdd(before, snapshot.index(), asked), before);
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
