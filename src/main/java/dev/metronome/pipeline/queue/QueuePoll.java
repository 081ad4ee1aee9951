package dev.metronome.pipeline.queue;

import dev.metronome.consul.ConsulConnection;
import java.util.function.BooleanSupplier;

/**
 * Reads a queue again without a reason, where that can find what its watch has missed. Thread-safe.
 */
public final class QueuePoll {

  private final ConsulConnection connection;
  private final Queue queue;
  private final BooleanSupplier sure;
  private String head = "";

  public QueuePoll(ConsulConnection connection, Queue queue) {
    this(connection, queue, connection::isLocal);
  }

  /**
   * @param sure whether nothing on the way can lose what the watch is answered
   */
  QueuePoll(ConsulConnection connection, Queue queue, BooleanSupplier sure) {
    this.connection = connection;
    this.queue = queue;
    this.sure = sure;
  }

  /**
   * Reads it, unless it is known to have moved on since the last call, or its watch tells what
   * there is.
   */
  public void read() {
    if (isOfUse()) {
      queue.view().accept(queue.list(connection));
    }
  }

  private boolean isOfUse() {
    if (isLeftToWatch()) {
      return false;
    }
    return switch (queue.following()) {
      case ALWAYS -> true;
      case WHEN_DRAINED -> isSettled();
      case BETWEEN_WRITES, WHEN_QUIET -> !queue.view().isKnown() || queue.view().head().isPresent();
    };
  }

  // INVARIANT: promise 1, what a watch may miss is found by a poll.
  private boolean isLeftToWatch() {
    return sure.getAsBoolean()
        && queue.isWatchedWhole()
        && queue.view().isLeftToWatch(connection.failures());
  }

  /** A head that has not moved since may have been taken away by somebody else. */
  private synchronized boolean isSettled() {
    String before = head;
    head = queue.view().head().map(QueueItem::id).orElse("");
    return head.isEmpty() || head.equals(before);
  }
}
