package dev.metronome.agent;

import dev.metronome.loop.Loop;
import dev.metronome.loop.Loops;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the task files again and again, on a thread of its own, until it is closed.
 *
 * <p><em>Guarantees</em>: it spends at most a fiftieth of the time looking, however many files
 * there are and however slow their file system is.
 */
final class TaskFileWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TaskFileWatch.class);

  /** How many times as long as a look took, the pause after it is at least. */
  private static final int IDLENESS = 50;

  private final TaskFiles files;
  private final Duration interval;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Loop loop;
  private String failure = "";

  /**
   * @param interval between looks; zero for none
   */
  TaskFileWatch(TaskFiles files, Duration interval, Loops loops) {
    this.files = files;
    this.interval = interval;
    this.loop = loops.of(Loop.Kind.LOOK, "task-files", this::loop);
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
        Duration took = Duration.ofNanos(System.nanoTime() - begun).multipliedBy(IDLENESS);
        pause = took.compareTo(interval) > 0 ? took : interval;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      files.look();
      failure = "";
      loop.turned();
    } catch (Throwable e) { // whatever it is, a loop that dies is a bug
      loop.failing(String.valueOf(e.getMessage()));
      if (!failure.equals(e.toString())) {
        failure = e.toString();
        LOG.error("task-files state=failing, they will be looked at again: {}", failure);
      }
    }
  }

  @Override
  public void close() {
    loop.close();
    closed.countDown();
  }
}
