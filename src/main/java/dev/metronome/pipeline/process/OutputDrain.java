package dev.metronome.pipeline.process;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Reads everything that an execution prints, on a daemon thread that ends at the end of the stream.
 *
 * <p><i>Guarantees:</i> nobody who holds the other end is ever blocked or killed by SIGPIPE while
 * this agent lives. After {@link #settle} nothing more is added to the output.
 *
 * <p><i>Does not guarantee</i> an end: a background process that keeps its stdout keeps one thread
 * here and one of the JDK's.
 */
final class OutputDrain {
  private static final int CHUNK = 64 * 1024;

  /** How long a background process may hold up the end of an execution. */
  private static final Duration END_OF_FILE = Duration.ofMillis(500);

  /** In so many looks, of which a busy machine delays each: the drain waits for its turn too. */
  private static final int LOOKS = 50;

  /** How long a starved drain may hold it up. */
  private static final Duration CATCH_UP = Duration.ofSeconds(5);

  private final InputStream stream;
  private final OutputSource source;
  private final Runnable whenEnded;
  private final CountDownLatch holding = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Object lock = new Object();
  private final BoundedOutput output;
  private boolean keeping = true;
  private volatile boolean caughtUp;

  OutputDrain(InputStream stream, OutputSource source, BoundedOutput output, Runnable whenEnded) {
    this.stream = stream;
    this.source = source;
    this.whenEnded = whenEnded;
    this.output = output;
  }

  /** Begins to read; returns when all streams are safely held. */
  static void start(List<OutputDrain> drains, String name) {
    drains.forEach(drain -> drain.start(name));
    drains.forEach(OutputDrain::awaitHolding);
  }

  private void start(String name) {
    Thread thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Waits, once the main process has ended, for what it had written, and then takes in no more.
   * Returns at the end of the streams, or after 500 ms if a background process keeps one open.
   */
  static void settle(List<OutputDrain> drains) throws InterruptedException {
    long begin = System.nanoTime();
    for (OutputDrain drain : drains) {
      drain.settle(Duration.ofNanos(System.nanoTime() - begin));
    }
  }

  private void settle(Duration waited) throws InterruptedException {
    if (!isAtEnd(END_OF_FILE.minus(waited))) {
      long deadline = System.nanoTime() + CATCH_UP.toNanos();
      while (!caughtUp && System.nanoTime() - deadline < 0) {
        if (ended.await(1, TimeUnit.MILLISECONDS)) {
          break;
        }
      }
    }
    synchronized (lock) {
      keeping = false;
    }
  }

  private boolean isAtEnd(Duration most) throws InterruptedException {
    for (int look = 0; look < LOOKS; look++) {
      if (ended.await(most.toNanos() / LOOKS, TimeUnit.NANOSECONDS)) {
        return true;
      }
    }
    return false;
  }

  private void run() {
    // When a process exits, the JDK empties its pipe into the heap without a bound and closes it,
    // which
    // kills a daemon that still writes. It needs the stream's monitor for that: we keep it to the
    // end.
    // OutputDrainTest.a_daemon_that_keeps_stdout_is_not_killed_by_sigpipe shows the need.
    synchronized (stream) {
      holding.countDown();
      try {
        drain();
      } catch (IOException closed) {
        // The stream was closed under us: there is nothing left to read.
      } finally {
        ended.countDown();
        whenEnded.run();
      }
    }
  }

  private void drain() throws IOException {
    byte[] chunk = new byte[CHUNK];
    while (true) {
      caughtUp = stream.available() == 0;
      int length = stream.read(chunk, 0, CHUNK);
      if (length < 0) {
        return;
      }
      caughtUp = false;
      keep(chunk, length);
    }
  }

  private void keep(byte[] chunk, int length) {
    synchronized (lock) {
      if (keeping) {
        output.append(source, chunk, 0, length);
      }
    }
  }

  private void awaitHolding() {
    boolean interrupted = false;
    while (true) {
      try {
        holding.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
