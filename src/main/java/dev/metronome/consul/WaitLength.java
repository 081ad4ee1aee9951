package dev.metronome.consul;

import java.time.Duration;

/**
 * How long a blocking query may wait. Something on the way, or Consul itself, may cut an answer
 * that takes long: a cut teaches a shorter wait, and many that pass undisturbed a longer one. Used
 * by one thread.
 */
final class WaitLength {

  /** So many pass undisturbed before a longer one is tried. */
  private static final int MANY = 20;

  private final Duration longest;
  private final Duration shortest;
  private Duration most;
  private int undisturbed;

  /**
   * @param shortest what ends earlier is a failure, and no cut
   */
  WaitLength(Duration longest, Duration shortest) {
    this.longest = longest;
    this.shortest = shortest;
    this.most = longest;
  }

  Duration most() {
    return most;
  }

  /** No answer has come: whether it was cut while it was waited for, which shortens the wait. */
  boolean isCutAfter(Duration waited) {
    if (waited.compareTo(shortest) < 0 || waited.compareTo(most) >= 0) {
      return false;
    }
    Duration shorter = waited.multipliedBy(4).dividedBy(5);
    most = shorter.compareTo(shortest) < 0 ? shortest : shorter;
    undisturbed = 0;
    return true;
  }

  /**
   * An answer has come.
   *
   * @param unchanged there was no news
   */
  void passed(boolean unchanged, Duration waited) {
    if (!unchanged || waited.compareTo(most) < 0 || ++undisturbed < MANY) {
      return;
    }
    undisturbed = 0;
    Duration longer = most.multipliedBy(2);
    most = longer.compareTo(longest) > 0 ? longest : longer;
  }
}
