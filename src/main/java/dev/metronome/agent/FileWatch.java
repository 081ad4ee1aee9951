package dev.metronome.agent;

import dev.metronome.base.loop.Loop;
import dev.metronome.base.loop.Loops;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at files again and again, on a thread of its own, until it is closed.
 *
 * <p><em>Guarantees</em>: of the time it spends looking only the share that its idleness leaves,
 * however many files there are and however slow their file system is.
 */
final class FileWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);

  private final String name;
  private final Runnable look;
  private final Duration interval;
  private final int idleness;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Loop loop;
  private String failure = "";

  /**
   * @param name which files
   * @param interval between looks; zero for none
   * @param idleness how many times as long as a look took, the pause after it is at least
   */
  FileWatch(String name, Runnable look, Duration interval, int idleness, Loops loops) {
    this.name = name;
    this.look = look;
    this.interval = interval;
    this.idleness = idleness;
    this.loop = loops.of(Loop.Kind.LOOK, name, this::loop);
  }

  void start() {
    if (!interval.isZero()) {
      loop.start();
    }
  }

  private void loop() {
    Duration pause = interval;
    try {
      while (!closed.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
        long begun = System.nanoTime();
        look();
        Duration took = Duration.ofNanos(System.nanoTime() - begun).multipliedBy(idleness);
        pause = took.compareTo(interval) > 0 ? took : interval;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      look.run();
      failure = "";
      loop.turned();
    } catch (Throwable e) { // whatever it is, a loop that dies is a bug
      loop.failing(String.valueOf(e.getMessage()));
      if (!failure.equals(e.toString())) {
        failure = e.toString();
        LOG.error("{} state=failing, they will be looked at again: {}", name, failure);
      }
    }
  }

  @Override
  public void close() {
    loop.close();
    closed.countDown();
  }
}
