package dev.metronome.base.crash;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * What a {@link ConsulProxy} does to the next requests that match.
 *
 * @param left how many more requests it applies to
 * @param met counted down at the first one
 * @param release for {@link Held}: the request goes on when it is counted down
 */
record Rule(
    Predicate<Request> match,
    Action action,
    AtomicInteger left,
    CountDownLatch met,
    CountDownLatch release) {

  static final int ALWAYS = Integer.MAX_VALUE;

  sealed interface Action
      permits Delayed, Cut, ReplyLost, Truncated, Hung, Held, Answered, Edited {}

  /** Passed on after a while. */
  record Delayed(Duration by) implements Action {}

  /** The connection ends before Consul gets it. */
  record Cut() implements Action {}

  /** Consul does it, and its answer never arrives: the connection ends instead. */
  record ReplyLost() implements Action {}

  /** The connection ends in the middle of the answer's body. */
  record Truncated() implements Action {}

  /** No answer, and the connection stays. Consul does not get it. */
  record Hung() implements Action {}

  /** Passed on when the test says so. */
  record Held() implements Action {}

  /** Somebody else answers in Consul's stead. */
  record Answered(int status, String contentType, String body) implements Action {}

  /** Consul gets another request. */
  record Edited(UnaryOperator<Request> edit) implements Action {}

  static Rule of(Predicate<Request> match, Action action, int times) {
    return new Rule(
        match, action, new AtomicInteger(times), new CountDownLatch(1), new CountDownLatch(1));
  }

  /** Whether it applies; counts. */
  boolean takes(Request request) {
    if (left.get() <= 0 || !match.test(request)) {
      return false;
    }
    if (left.get() != ALWAYS && left.getAndDecrement() <= 0) {
      return false;
    }
    met.countDown();
    return true;
  }

  /** Lets held requests go on, and applies no more. */
  void lift() {
    left.set(0);
    release.countDown();
  }
}
