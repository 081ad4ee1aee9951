package dev.metronome.base.loop;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The loops of one agent. Thread-safe. */
public final class Loops {

  private final Set<Loop> running = ConcurrentHashMap.newKeySet();

  /** A loop that has not been started. */
  public Loop of(Loop.Kind kind, String name, Runnable body) {
    return new Loop(kind, name, this, body);
  }

  /** All that have been started and not closed, dead ones included; in order of kind and name. */
  public List<Loop> all() {
    return running.stream()
        .sorted(Comparator.comparing(Loop::kind).thenComparing(Loop::name))
        .toList();
  }

  void add(Loop loop) {
    running.add(loop);
  }

  void remove(Loop loop) {
    running.remove(loop);
  }
}
