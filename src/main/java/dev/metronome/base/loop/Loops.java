package dev.metronome.base.loop;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.event.Level;

/** The loops of one agent. Thread-safe. */
public final class Loops {

  private final Set<Loop> running = ConcurrentHashMap.newKeySet();
  private final Function<Throwable, Level> loudness;
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
