package dev.metronome.consul;

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
   * @param operation place of the failed operation, from 0
   * @param why Consul's own words
   */
  record Refused(int operation, String why) implements Commit {}

  default boolean isDone() {
    return this instanceof Done;
  }
}
