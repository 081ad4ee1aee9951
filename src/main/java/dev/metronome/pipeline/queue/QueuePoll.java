package dev.metronome.pipeline.queue;

import dev.metronome.consul.ConsulConnection;

/**
 * Reads a queue again without a reason, where that can find what its watch has missed. Thread-safe.
 */
public final class QueuePoll {

  private final ConsulConnection connection;
  private final Queue queue;
  private String head = "";

  public QueuePoll(ConsulConnection connection, Queue queue) {
    this.connection = connection;
    this.queue = queue;
  }

  /** Reads it, unless it is known to have moved on since the last call, or needs no poll now. */
  public void read() {
    if (isOfUse()) {
      queue.view().accept(queue.list(connection));
    }
  }

  private boolean isOfUse() {
    return switch (queue.following()) {
      case ALWAYS -> true;
      case WHEN_DRAINED -> isSettled();
      case BETWEEN_WRITES, WHEN_QUIET -> !queue.view().isKnown() || queue.view().head().isPresent();
    };
  }

  /** A head that has not moved since may have been taken away by somebody else. */
  private synchronized boolean isSettled() {
    String before = head;
    head = queue.view().head().map(QueueItem::id).orElse("");
    return head.isEmpty() || head.equals(before);
  }
}
