package dev.metronome.pipeline.execute;

import dev.metronome.model.record.Reason;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * The thread of one operation, so that an interrupt reaches the operation and nothing else. For one
 * use; {@link #cancel} may come from any thread.
 */
final class OperationThread {

  /** How it came to its end. */
  enum End {
    FINISHED,
    OVERDUE,
    CANCELLED
  }

  private final String type;
  private final Thread thread;
  private final CountDownLatch never = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile String cancelReason = "";
  private volatile Reason cancelKind = Reason.INTERRUPTED;
  private volatile boolean begun;

  /**
   * @param pause before it begins
   */
  OperationThread(String type, Exchange exchange, Processor steps, Duration pause) {
    this.type = type;
    this.thread = new Thread(() -> process(exchange, steps, pause), "metronome-operation-" + type);
    thread.setDaemon(true);
  }

  /**
   * Runs the operation and waits for it.
   *
   * @param time after which it is interrupted
   * @param patience how long to wait for its end after that
   */
  End run(Duration time, Duration patience) {
    if (!start()) {
      return End.CANCELLED;
    }
    End end = await(time) ? End.FINISHED : End.OVERDUE;
    if (end == End.OVERDUE) {
      thread.interrupt();
      await(patience);
    }
    return cancelReason.isEmpty() ? end : End.CANCELLED;
  }

  /** Not at all if it was cancelled before: an interrupt would not reach it then. */
  private synchronized boolean start() {
    if (cancelReason.isEmpty()) {
      thread.start();
      return true;
    }
    ended.countDown();
    return false;
  }

  synchronized void cancel(Reason kind, String reason) {
    if (ended.getCount() > 0) {
      cancelKind = kind;
      cancelReason = reason;
      thread.interrupt();
    }
  }

  /** What its cancellation means for the task. */
  Reason cancelKind() {
    return cancelKind;
  }

  String type() {
    return type;
  }

  /** Why it was cancelled; empty if it was not. */
  String cancelReason() {
    return cancelReason;
  }

  /** Whether its pause was over. */
  boolean hasBegun() {
    return begun;
  }

  boolean isAlive() {
    return ended.getCount() > 0;
  }

  private void process(Exchange exchange, Processor steps, Duration pause) {
    try {
      never.await(pause.toNanos(), TimeUnit.NANOSECONDS);
      begun = true;
      steps.process(exchange);
    } catch (Exception | Error e) {
      exchange.setException(e); // or it would pass for a success
    } finally {
      ended.countDown();
    }
  }

  /** Whoever interrupts the waiting thread wants the operation to end. */
  private boolean await(Duration time) {
    try {
      return ended.await(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      cancel(Reason.INTERRUPTED, "the agent was stopped while it ran the task");
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
