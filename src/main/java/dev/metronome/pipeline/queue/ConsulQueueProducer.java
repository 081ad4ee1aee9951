package dev.metronome.pipeline.queue;

import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.support.DefaultProducer;

/** Puts the body of an exchange into the queue. */
final class ConsulQueueProducer extends DefaultProducer {

  private final Queue queue;

  ConsulQueueProducer(ConsulQueueEndpoint endpoint) {
    super(endpoint);
    this.queue = endpoint.queue();
  }

  @Override
  public void process(Exchange exchange) throws InvalidPayloadException {
    Queue.Receipt receipt = queue.put(exchange);
    exchange.getMessage().setHeader(ConsulQueueEndpoint.RECEIPT, receipt.name());
  }
}
