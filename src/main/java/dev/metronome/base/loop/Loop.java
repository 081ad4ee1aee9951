package dev.metronome.base.loop;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that goes round until it is closed.
 *
 * <p><em>Guarantees</em>: a thread that ends before {@link #close}, for whatever reason, {@link
 * #isDead}.
 *
 * <p>Thread-safe; what it tells costs nothing.
 */
public final class Loop implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

  /** What a loop does. */
  public enum Kind {
    /** Keeps the session. */
    SESSION,
    /** Follows a part of Consul. */
    WATCH,
    /** Delivers the items of a queue. */
    QUEUE,
    /** Looks at files now and then. */
    LOOK
  }

  /**
   * Why a loop does not get round at the moment.
   *
   * @param sinceNanos of the monotonic clock
   */
  private record Trouble(String what, long sinceNanos) {}

  private final Kind kind;
  private final String name;
  private final Loops loops;
  private final Thread thread;
  private volatile long turnedNanos = System.nanoTime();
  private volatile Trouble trouble;
  private volatile boolean closed;

  Loop(Kind kind, String name, Loops loops, Runnable body) {
    this.kind = kind;
    this.name = name;
    this.loops = loops;
    this.thread = new Thread(() -> run(body), "metronome-" + word(kind) + "-" + name);
    thread.setDaemon(true);
  }

  private static String word(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /** Starts it. Called once. */
  public Loop start() {
    loops.add(this);
    thread.start();
    return this;
  }

  private void run(Runnable body) {
    Throwable cause = null;
    try {
      body.run();
    } catch (Throwable e) { // nobody else would tell
      cause = e;
    }
    if (!closed) {
      LOG.error("loop={} state=dead this agent must be restarted", this, cause);
    }
  }

  public Kind kind() {
    return kind;
  }

  /** Unique among the loops of its kind that live at a time. */
  public String name() {
    return name;
  }

  /** It has got round: nothing troubles it. */
  public void turned() {
    turnedNanos = System.nanoTime();
    trouble = null;
  }

  /** It could not get round this time and will try again. */
  public void failing(String what) {
    Trouble before = trouble;
    trouble = new Trouble(what, before == null ? System.nanoTime() : before.sinceNanos());
  }

  /** Time since it last got round. */
  public Duration age() {
    return Duration.ofNanos(System.nanoTime() - turnedNanos);
  }

  /** Why it does not get round, if it has not for so long. */
  public Optional<String> trouble(Duration atLeast) {
    Trouble now = trouble;
    return now == null || System.nanoTime() - now.sinceNanos() < atLeast.toNanos()
        ? Optional.empty()
        : Optional.of(now.what());
  }

  /** Whether its thread has ended although nobody closed it. */
  public boolean isDead() {
    return !closed && thread.getState() == Thread.State.TERMINATED;
  }

  /** Has it end: it is interrupted where it waits. */
  public void interrupt() {
    close();
    thread.interrupt();
  }

  /** Waits until its thread has ended. */
  public void join(Duration most) throws InterruptedException {
    thread.join(most.toMillis());
  }

  /** From now on it may end. */
  @Override
  public void close() {
    closed = true;
    loops.remove(this);
  }

  @Override
  public String toString() {
    return word(kind) + " " + name;
  }
}
