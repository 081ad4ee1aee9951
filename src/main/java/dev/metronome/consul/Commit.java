package dev.metronome.consul;

import java.util.List;

/** What became of a transaction whose answer arrived. */
public sealed interface Commit {

  /**
   * Everything was written.
   *
   * @param index Raft index of the write, 0 if it wrote no value
   */
  record Done(long index) implements Commit {}

  /**
   * A check failed and nothing was written.
   *
   * @param operation place of the first operation that failed, from 0
   * @param why Consul's own words about it
   * @param operations the places of all that failed, that one first
   */
  record Refused(int operation, String why, List<Integer> operations) implements Commit {

    public Refused {
      operations = List.copyOf(operations);
    }

    public Refused(int operation, String why) {
      this(operation, why, List.of(operation));
    }
  }

  default boolean isDone() {
    return this instanceof Done;
  }
}
