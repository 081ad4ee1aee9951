package dev.metronome.pipeline.queue;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.model.record.Keys;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.DefaultComponent;

/**
 * Component {@code consul-queue:NAME}. NAME is a bean of type {@link Queue}; any other name is a
 * plain queue of a user's own, under {@code metronome/queues/NAME/}.
 */
public final class ConsulQueueComponent extends DefaultComponent {

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
      throws Exception {
    if (!Keys.isSegment(remaining)) {
      throw new IllegalArgumentException(
          "consul-queue:" + remaining + " does not name a queue; write consul-queue:NAME");
    }
    ConsulConnection connection =
        CamelContextHelper.mandatoryFindSingleByType(getCamelContext(), ConsulConnection.class);
    Queue queue = getCamelContext().getRegistry().lookupByNameAndType(remaining, Queue.class);
    if (queue == null) {
      Keys keys = CamelContextHelper.mandatoryFindSingleByType(getCamelContext(), Keys.class);
      queue = new PlainQueue(connection, keys.prefix() + "queues/" + remaining + "/");
    }
    Queue.Listener listener =
        getCamelContext().getRegistry().findSingleByType(Queue.Listener.class);
    ConsulQueueEndpoint endpoint =
        new ConsulQueueEndpoint(
            uri, this, connection, queue, listener == null ? Queue.Listener.NONE : listener);
    setProperties(endpoint, parameters);
    return endpoint;
  }
}
