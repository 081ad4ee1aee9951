package dev.metronome.pipeline.intake;

import dev.metronome.consul.UserEvents;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

/** Consul's user events of one name, or of all. Consumes only. */
public final class ConsulEventEndpoint extends DefaultEndpoint {

  /** Header with the event's ID. */
  public static final String EVENT_ID = "MetronomeEventId";

  /** Header with the event's name: a stranger's text. */
  public static final String EVENT_NAME = "MetronomeEvent";

  /** Header: whether the event stood in the ring already when the consumer started. */
  public static final String REPLAYED = "MetronomeReplayed";

  private final UserEvents events;
  private final String name;
  private final RingListener listener;

  ConsulEventEndpoint(
      String uri,
      ConsulEventComponent component,
      UserEvents events,
      String name,
      RingListener listener) {
    super(uri, component);
    this.events = events;
    this.name = name;
    this.listener = listener;
  }

  @Override
  public Producer createProducer() {
    throw new UnsupportedOperationException(
        "consul-event: only consumes; to fire an event use camel-consul's consul:event");
  }

  @Override
  public Consumer createConsumer(Processor processor) throws Exception {
    ConsulEventConsumer consumer = new ConsulEventConsumer(this, processor);
    configureConsumer(consumer);
    return consumer;
  }

  UserEvents events() {
    return events;
  }

  RingListener listener() {
    return listener;
  }

  boolean isWanted(String eventName) {
    return name.equals("*") || name.equals(eventName);
  }
}
