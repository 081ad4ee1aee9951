package dev.metronome.consul.rights;

import dev.metronome.base.loop.Loop;
import dev.metronome.base.loop.Loops;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Looks at the rights again and again while the agent runs, since a policy may change: Consul then
 * refuses some requests and answers others as if there were nothing.
 */
public final class RightsWatch implements AutoCloseable {

  private final RightsCheck check;
  private final Duration interval;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Loop loop;

  /**
   * @param interval about how long between two looks
   */
  public RightsWatch(RightsCheck check, Duration interval, Loops loops) {
    this.check = check;
    this.interval = interval;
    this.loop = loops.of(Loop.Kind.LOOK, "rights", this::loop);
  }

  public void start() {
    loop.start();
  }

  private void loop() {
    try {
      while (!closed.await(pauseMillis(), TimeUnit.MILLISECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      check.look();
      loop.turned();
    } catch (Throwable e) { // whatever it is, a loop that dies is a bug
      loop.failing(String.valueOf(e.getMessage()));
    }
  }

  private long pauseMillis() {
    return ThreadLocalRandom.current().nextLong(interval.toMillis() / 2, interval.toMillis() + 1);
  }

  @Override
  public void close() {
    loop.close();
    closed.countDown();
  }
}
