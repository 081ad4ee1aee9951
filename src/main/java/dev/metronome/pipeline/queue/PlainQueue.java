package dev.metronome.pipeline.queue;

import dev.metronome.consul.Commit;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.UnreadableRecordException;
import dev.metronome.pipeline.hook.RouteFailure;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;

/**
 * A queue for routes of a user's own: bodies are text, an item's ID is header {@value
 * ConsulQueueEndpoint#ITEM}, else random. An item is deleted when its route has ended without an
 * exception, and delivered again after a pause otherwise.
 */
final class PlainQueue implements Queue {

  private final ConsulConnection connection;
  private final String prefix;
  private final QueueSnapshot view;

  PlainQueue(ConsulConnection connection, String prefix) {
    this.connection = connection;
    this.prefix = prefix;
    this.view = new QueueSnapshot(prefix);
  }

  @Override
  public String prefix() {
    return prefix;
  }

  @Override
  public QueueSnapshot view() {
    return view;
  }

  @Override
  public String read(QueueItem item) {
    return new String(item.entry().value(), StandardCharsets.UTF_8);
  }

  @Override
  public Queue.Receipt put(Exchange exchange) throws InvalidPayloadException {
    String given = exchange.getMessage().getHeader(ConsulQueueEndpoint.ITEM, String.class);
    if (given != null && !Keys.isSegment(given)) {
      throw new IllegalArgumentException(
          "header " + ConsulQueueEndpoint.ITEM + " must have " + Keys.SEGMENT_RULE);
    }
    String key = prefix + (given == null ? UUID.randomUUID().toString() : given);
    byte[] value =
        exchange.getMessage().getMandatoryBody(String.class).getBytes(StandardCharsets.UTF_8);
    Transaction put = new Transaction().checkNotExists(key).set(key, value);
    return connection.commit(put).isDone() ? Queue.Receipt.ACCEPTED : Queue.Receipt.DUPLICATE;
  }

  @Override
  public void acknowledge(QueueItem item, Exchange exchange) {
    if (exchange.isFailed()) {
      throw new IllegalStateException(
          "item " + item.id() + ": " + RouteFailure.of(exchange).sentence(),
          exchange.getException());
    }
    long index = item.entry().modifyIndex();
    Commit commit =
        connection.commit(new Transaction().compareAndDelete(item.entry().key(), index));
    if (commit.isDone()) {
      view.remove(item.id(), index + 1);
    } else {
      view.accept(connection.list(prefix)); // gone, or replaced: not to be delivered as it was
    }
  }

  @Override
  public void setAside(QueueItem item, UnreadableRecordException why) {
    throw why; // text is always readable
  }
}
