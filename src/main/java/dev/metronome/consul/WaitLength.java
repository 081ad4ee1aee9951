package dev.metronome.consul;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * How long a blocking query may wait: not long at first, and long once nothing has happened
 * meanwhile. Something on the way, or Consul itself, may cut an answer that takes long: a cut
 * teaches a shorter wait, and many that pass undisturbed a longer one. Used by one thread.
 */
final class WaitLength {

  /** So many pass undisturbed before a longer one is tried. */
  private static final int MANY = 20;

  private final BooleanSupplier sure;
  private final Duration longest;
  private final Duration first;
  private final Duration shortest;
  private Duration most;
  private boolean calm;
  private int undisturbed;

  /**
   * @param sure whether what is lost on the way would be noticed; else it never waits long
   * @param longest once a wait has passed without news
   * @param first after news, or a failure
   * @param shortest what ends earlier is a failure, and no cut
   */
  WaitLength(BooleanSupplier sure, Duration longest, Duration first, Duration shortest) {
    this.sure = sure;
    this.longest = longest;
    this.first = first;
    this.shortest = shortest;
    this.most = longest;
  }

  Duration most() {
    return isLong() || most.compareTo(first) < 0 ? most : first;
  }

  /**
   * No answer has come: whether it was cut while it was waited for, which shortens the wait. One
   * that did not come in its time shortens it too, if it was long: something on the way may forget
   * who waits so long.
   */
  boolean isCutAfter(Duration waited) {
    boolean late = waited.compareTo(most()) >= 0;
    boolean cut = waited.compareTo(shortest) >= 0 && !late;
    if (late && isLong()) {
      shorten(first);
    } else if (cut) {
      shorten(waited.multipliedBy(4).dividedBy(5));
    }
    calm = false;
    return cut;
  }

  private boolean isLong() {
    return calm && sure.getAsBoolean();
  }

  private void shorten(Duration to) {
    most = to.compareTo(shortest) < 0 ? shortest : to.compareTo(most) < 0 ? to : most;
    undisturbed = 0;
  }

  /**
   * An answer has come.
   *
   * @param unchanged there was no news
   */
  void passed(boolean unchanged, Duration waited) {
    calm = unchanged && waited.compareTo(most()) >= 0;
    if (!calm || ++undisturbed < MANY) {
      return;
    }
    undisturbed = 0;
    Duration longer = most.multipliedBy(2);
    most = longer.compareTo(longest) > 0 ? longest : longer;
  }
}
