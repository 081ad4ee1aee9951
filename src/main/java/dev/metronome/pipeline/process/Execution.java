package dev.metronome.pipeline.process;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;

/**
 * One run of a command. It supervises itself: its timeout holds whether or not anybody waits.
 *
 * <p><i>Guarantees:</i> exactly one outcome, the same for all who wait; when it is there, the
 * output is final.
 *
 * <p><i>Does not guarantee</i> to outlive the agent: see {@link Leftovers}.
 *
 * <p>Safe for use by several threads.
 */
public final class Execution {
  private final Cookie cookie;
  private final CompletableFuture<ProcessOutcome> outcome;
  private final Predicate<String> canceller;

  Execution(Cookie cookie, CompletableFuture<ProcessOutcome> outcome, Predicate<String> canceller) {
    this.cookie = cookie;
    this.outcome = outcome;
    this.canceller = canceller;
  }

  static Execution notStarted(Cookie cookie, ProcessOutcome.NotStarted outcome) {
    return new Execution(cookie, CompletableFuture.completedFuture(outcome), reason -> false);
  }

  /** The cookie that every process of this execution carries. */
  public Cookie cookie() {
    return cookie;
  }

  /**
   * Waits for the end.
   *
   * @throws InterruptedException if the waiting thread is interrupted; the execution goes on
   */
  public ProcessOutcome await() throws InterruptedException {
    try {
      return outcome.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "the supervision of execution " + cookie + " failed; its processes may still run", e);
    }
  }

  /**
   * Has all its processes ended, as a timeout would; does not wait for it.
   *
   * @param reason for the outcome
   * @return false if it had already ended, timed out or been cancelled: then nothing changes
   */
  public boolean cancel(String reason) {
    return canceller.test(reason);
  }
}
