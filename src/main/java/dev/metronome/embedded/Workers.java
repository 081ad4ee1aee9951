package dev.metronome.embedded;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of one embedded Consul, all of them daemons: as many as there are requests under way,
 * since a blocking query holds its thread, and one for what must happen later.
 */
final class Workers implements AutoCloseable {
  private final ExecutorService pool = Executors.newCachedThreadPool(named("embedded-consul-"));
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(named("embedded-consul-timer-"));

  ExecutorService pool() {
    return pool;
  }

  /** Runs something once, on the pool. */
  void after(long delay, TimeUnit unit, Runnable action) {
    try {
      var unused = timer.schedule(() -> pool.execute(action), delay, unit);
    } catch (RejectedExecutionException e) {
      // Closed meanwhile: nothing is to happen any more.
    }
  }

  /** Runs something short again and again, on the timer. */
  void every(long millis, Runnable action) {
    var unused = timer.scheduleWithFixedDelay(action, millis, millis, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    timer.shutdownNow();
    pool.shutdownNow();
  }

  private static ThreadFactory named(String prefix) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, prefix + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
