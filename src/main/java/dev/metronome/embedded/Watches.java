package dev.metronome.embedded;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Who waits for which change. Guarded by the {@link Store}'s lock, except for the waiting. */
final class Watches {
  private final Set<Watch> open = new HashSet<>();

  Watch open(Predicate<StoreCommit> interest) {
    Watch watch = new Watch(interest);
    open.add(watch);
    return watch;
  }

  void close(Watch watch) {
    open.remove(watch);
  }

  void fire(StoreCommit commit) {
    for (Watch watch : open) {
      if (watch.interest.test(commit)) {
        watch.fired.countDown();
      }
    }
  }

  /** One waiting query. */
  static final class Watch {
    private final Predicate<StoreCommit> interest;
    private final CountDownLatch fired = new CountDownLatch(1);

    private Watch(Predicate<StoreCommit> interest) {
      this.interest = interest;
    }

    /** Returns false if nothing of interest has changed in time. */
    boolean await(long nanos) throws InterruptedException {
      return fired.await(nanos, TimeUnit.NANOSECONDS);
    }
  }
}
