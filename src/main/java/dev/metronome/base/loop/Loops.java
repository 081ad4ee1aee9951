package dev.metronome.base.loop;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.event.Level;

/** The loops of one agent. Thread-safe. */
public final class Loops {

  private final Set<Loop> running = ConcurrentHashMap.newKeySet();
  private final Function<Throwable, Level> loudness;
  private final AtomicLong hurriedNanos =
      new AtomicLong(System.nanoTime() - TimeUnit.SECONDS.toNanos(1));
  private volatile boolean quiet;

  /** Loops whose failures are warnings. */
  public Loops() {
    this(failure -> Level.WARN);
  }

  /**
   * @param loudness at what level a failure is said
   */
  public Loops(Function<Throwable, Level> loudness) {
    this.loudness = loudness;
  }

  /** A loop that has not been started. */
  public Loop of(Loop.Kind kind, String name, Turn turn) {
    return new Loop(kind, name, this, turn);
  }

  /** All that have been started and not closed, dead ones included; in order of kind and name. */
  public List<Loop> all() {
    return running.stream()
        .sorted(Comparator.comparing(Loop::kind).thenComparing(Loop::name))
        .toList();
  }

  /** From now on what may pass is not said in the log: who holds them says it to a user. */
  public void quieten() {
    quiet = true;
  }

  /**
   * One of them goes on after failures: others that wait after theirs may be able to, since most
   * fail for the same reason, that Consul is away. Not more than once a second, or one that fails
   * now and then would take their pauses from the others.
   */
  void hurry(Loop recovered) {
    long now = System.nanoTime();
    long before = hurriedNanos.get();
    if (now - before >= TimeUnit.SECONDS.toNanos(1) && hurriedNanos.compareAndSet(before, now)) {
      running.stream().filter(each -> each != recovered).forEach(Loop::hurry);
    }
  }

  Level loudness(Throwable failure) {
    Level level = loudness.apply(failure);
    return quiet && level == Level.WARN ? Level.DEBUG : level;
  }

  void add(Loop loop) {
    running.add(loop);
  }

  void remove(Loop loop) {
    running.remove(loop);
  }
}
