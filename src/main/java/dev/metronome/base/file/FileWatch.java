package dev.metronome.base.file;

import dev.metronome.base.loop.Loop;
import dev.metronome.base.loop.Loops;
import java.time.Duration;

/**
 * Looks at files again and again, on a thread of its own, until it is closed.
 *
 * <p><em>Guarantees</em>: of the time it spends looking only the share that its idleness leaves,
 * however many files there are and however slow their file system is.
 */
public final class FileWatch implements AutoCloseable {

  private final Runnable look;
  private final Duration interval;
  private final int idleness;
  private final Loop loop;

  /**
   * @param name which files
   * @param interval between looks; zero for none
   * @param idleness how many times as long as a look took, the pause after it is at least
   */
  public FileWatch(String name, Runnable look, Duration interval, int idleness, Loops loops) {
    this.look = look;
    this.interval = interval;
    this.idleness = idleness;
    this.loop = loops.of(Loop.Kind.LOOK, name, this::turn);
  }

  public void start() {
    if (!interval.isZero()) {
      loop.startAfter(interval);
    }
  }

  private Duration turn() {
    long begun = System.nanoTime();
    look.run();
    Duration took = Duration.ofNanos(System.nanoTime() - begun).multipliedBy(idleness);
    return took.compareTo(interval) > 0 ? took : interval;
  }

  @Override
  public void close() {
    loop.close();
  }
}
