package dev.metronome.consul;

import dev.metronome.base.loop.Backoff;
import dev.metronome.base.loop.Loop;
import dev.metronome.base.loop.Loops;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
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

  /** Of one answer while nothing happens. Consul adds up to a sixteenth of it. */
  static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

  /** After news. */
  static final Duration WAIT = Duration.ofMinutes(1);

  /** A watch that has not had an answer for longer has lost touch with Consul. */
  public static final Duration MOST_SILENT =
      LONGEST_WAIT.plus(LONGEST_WAIT.dividedBy(16)).plusSeconds(15);

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

  /**
   * As long as a watch may be silent.
   *
   * @param sure whether an answer cannot be lost on its way
   */
  static WaitLength waits(BooleanSupplier sure) {
    return new WaitLength(sure, LONGEST_WAIT, WAIT, NO_CUT);
  }

  Watch<T> start() {
    loop.start();
    return this;
  }

  /** Time since the last answer. */
  public Duration age() {
    return Duration.ofNanos(System.nanoTime() - lastReturnNanos);
  }

  /** Why it does not follow Consul just now; empty if it does, as far as is known. */
  public Optional<String> trouble() {
    return loop.trouble(Duration.ZERO);
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
      boolean cut = wait.isCutAfter(sinceNanos(asked));
      if (before != 0 && !loop.isClosed() && cut) {
        failed = false;
        LOG.debug("watch={} cut, it waits {} from now on", loop.name(), wait.most(), e);
        return Duration.ZERO;
      }
      throw e;
    }
    failed = false;
    lastReturnNanos = System.nanoTime();
    long now = snapshot.index();
    boolean backwards = isBackwards(before, now);
    if (now != before && !backwards && !loop.isClosed()) {
      listener.accept(snapshot);
    }
    loop.turned();
    wait.passed(now == before, sinceNanos(asked));
    index = backwards ? 0 : now;
    boolean early = sinceNanos(asked).compareTo(most.dividedBy(2)) < 0;
    boolean odd = backwards || (now == before && early && !glance);
    return calm(odd, before);
  }

  private static Duration sinceNanos(long asked) {
    return Duration.ofNanos(System.nanoTime() - asked);
  }

  /**
   * Another history, or only a view of the server's that is empty and anew, or lags behind: no news
   * either way. The answer to a question from the start tells (docs/protocol.md, "Watches").
   */
  private boolean isBackwards(long before, long now) {
    return kind == Index.RAFT && now < before;
  }

  /** A server whose indexes jump, or that answers at once without a change, is asked less often. */
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
