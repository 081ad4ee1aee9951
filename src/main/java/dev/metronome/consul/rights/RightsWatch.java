package dev.metronome.consul.rights;

import dev.metronome.base.loop.Loop;
import dev.metronome.base.loop.Loops;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Looks at the rights again and again while the agent runs, since a policy may change: Consul then
 * refuses some requests and answers others as if there were nothing.
 */
public final class RightsWatch implements AutoCloseable {

  private final RightsCheck check;
  private final Duration interval;
  private final Loop loop;

  /**
   * @param interval about how long between two looks
   */
  public RightsWatch(RightsCheck check, Duration interval, Loops loops) {
    this.check = check;
    this.interval = interval;
    this.loop = loops.of(Loop.Kind.LOOK, "rights", this::turn);
  }

  public void start() {
    loop.startAfter(pause());
  }

  private Duration turn() {
    check.look();
    return pause();
  }

  private Duration pause() {
    return Duration.ofMillis(
        ThreadLocalRandom.current().nextLong(interval.toMillis() / 2, interval.toMillis() + 1));
  }

  @Override
  public void close() {
    loop.close();
  }
}
