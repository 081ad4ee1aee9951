package dev.metronome.pipeline.queue;

import dev.metronome.consul.ConsulConnection;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

/**
 * Endpoint of one queue.
 *
 * <p>As a consumer it delivers one exchange an item, the oldest first, one at a time: on every
 * change that a watch reports, and every {@code pollInterval} as a safety net. As a producer it
 * puts the body, idempotently, and says in header {@value #RECEIPT} what came of it.
 */
public final class ConsulQueueEndpoint extends DefaultEndpoint {

  /** Header that a producer sets: {@code ACCEPTED} or {@code DUPLICATE}. */
  public static final String RECEIPT = "MetronomeReceipt";

  /** Header that the event queue sets besides: a map of {@link Queue.Receipt}s by event ID. */
  public static final String RECEIPTS = "MetronomeReceipts";

  /** Header with the last segment of an item's key. */
  public static final String ITEM = "MetronomeItem";

  /** Header with the ModifyIndex of an item as it was read. */
  public static final String INDEX = "MetronomeItemIndex";

  private final ConsulConnection connection;
  private final Queue queue;
  private final Queue.Listener listener;
  private long pollInterval = 10_000;

  ConsulQueueEndpoint(
      String uri,
      ConsulQueueComponent component,
      ConsulConnection connection,
      Queue queue,
      Queue.Listener listener) {
    super(uri, component);
    this.listener = listener;
    this.connection = connection;
    this.queue = queue;
  }

  @Override
  public Producer createProducer() {
    return new ConsulQueueProducer(this);
  }

  @Override
  public Consumer createConsumer(Processor processor) throws Exception {
    ConsulQueueConsumer consumer = new ConsulQueueConsumer(this, processor);
    configureConsumer(consumer);
    return consumer;
  }

  ConsulConnection connection() {
    return connection;
  }

  Queue.Listener listener() {
    return listener;
  }

  Queue queue() {
    return queue;
  }

  public long getPollInterval() {
    return pollInterval;
  }

  /**
   * Milliseconds between reads without a reason, a safety net under the watch; 0 where a timer's
   * route does that.
   */
  public void setPollInterval(long pollInterval) {
    this.pollInterval = pollInterval;
  }
}
