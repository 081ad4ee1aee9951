package dev.metronome.base.loop;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that takes a {@link Turn} again and again until it is closed.
 *
 * <p><em>Guarantees</em>: nothing that a turn throws ends it. It is taken again after a pause that
 * grows with each failure ({@link Backoff}); the first failure is said, and the recovery. A thread
 * that ends before {@link #close} all the same {@link #isDead}.
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
  private final Turn turn;
  private final Thread thread;
  private final Backoff failures;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition bell = lock.newCondition();
  private boolean woken;
  private Duration firstPause = Duration.ZERO;
  private Runnable ending = () -> {};
  private volatile long turnedNanos = System.nanoTime();
  private volatile Trouble trouble;
  private volatile boolean closed;

  Loop(Kind kind, String name, Loops loops, Turn turn) {
    this(kind, name, loops, turn, new Backoff());
  }

  /**
   * @param failures how long it waits after each
   */
  Loop(Kind kind, String name, Loops loops, Turn turn, Backoff failures) {
    this.failures = failures;
    this.kind = kind;
    this.name = name;
    this.loops = loops;
    this.turn = turn;
    this.thread = new Thread(this::run, "metronome-" + word() + "-" + name);
    thread.setDaemon(true);
  }

  private String word() {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /** Has this run on its thread when it ends. Called before the start. */
  public Loop atEnd(Runnable action) {
    ending = action;
    return this;
  }

  /** Starts it. Called once. */
  public Loop start() {
    return startAfter(Duration.ZERO);
  }

  /** Starts it with a pause. Called once. */
  public Loop startAfter(Duration pause) {
    firstPause = pause;
    loops.add(this);
    thread.start();
    return this;
  }

  private void run() {
    Throwable cause = null;
    try {
      pause(firstPause);
      while (!closed) {
        pause(take());
      }
    } catch (Throwable e) { // nobody else would tell
      cause = e;
    } finally {
      if (!closed) {
        LOG.error("loop={} state=dead this agent must be restarted", this, cause);
      }
      ending.run();
    }
  }

  private Duration take() throws InterruptedException {
    try {
      Duration pause = turn.take();
      turned();
      return pause;
    } catch (InterruptedException e) {
      throw e;
    } catch (Throwable e) { // whatever it is, a loop that dies is a bug
      return closed ? Duration.ZERO : failed(e);
    }
  }

  private Duration failed(Throwable e) {
    String what = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    failing(what);
    if (failures.isFirst()) {
      LOG.atLevel(loops.loudness(e))
          .log("{}={} state=failing, it will be tried again: {}", word(), name, what);
      LOG.debug("{}={}", word(), name, e);
    }
    return failures.next();
  }

  private void pause(Duration most) throws InterruptedException {
    long left = most.toNanos();
    lock.lock();
    try {
      while (left > 0 && !woken && !closed) {
        left = bell.awaitNanos(left);
      }
      woken = false;
    } finally {
      lock.unlock();
    }
  }

  /** Ends its pause, or leaves out the next one. */
  public void wake() {
    lock.lock();
    try {
      woken = true;
      bell.signalAll();
    } finally {
      lock.unlock();
    }
  }

  public Kind kind() {
    return kind;
  }

  /** Unique among the loops of its kind that live at a time. */
  public String name() {
    return name;
  }

  /**
   * It has got round: nothing troubles it. A turn may say so itself, before it waits for something;
   * on the loop's thread only.
   */
  public void turned() {
    turnedNanos = System.nanoTime();
    trouble = null;
    if (!failures.isFirst()) {
      failures.reset();
      LOG.info("{}={} state=recovered", word(), name);
      loops.hurry(this);
    }
  }

  /** What troubled another has passed: it is tried again now, if it waits to be. */
  void hurry() {
    if (trouble != null) {
      wake();
    }
  }

  /** It could not get round this time and will try again. */
  void failing(String what) {
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

  public boolean isClosed() {
    return closed;
  }

  /** From now on it may end, after the turn that it is taking. */
  @Override
  public void close() {
    closed = true;
    loops.remove(this);
    wake();
  }

  @Override
  public String toString() {
    return word() + " " + name;
  }
}
