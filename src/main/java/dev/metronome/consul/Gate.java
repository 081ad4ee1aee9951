package dev.metronome.consul;

/** Holds a watch back before each of its reads, for as long as nobody wants to know. */
@FunctionalInterface
public interface Gate {

  /** Returns when the next read is wanted. */
  void await() throws InterruptedException;

  /** Raft index up to which no change is news; 0 if every change is. */
  default long known() {
    return 0;
  }
}
