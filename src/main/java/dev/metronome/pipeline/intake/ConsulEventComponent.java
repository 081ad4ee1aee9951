package dev.metronome.pipeline.intake;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.UserEvents;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.DefaultComponent;

/** Component {@code consul-event:NAME}, or {@code consul-event:*} for user events of every name. */
public final class ConsulEventComponent extends DefaultComponent {

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
      throws Exception {
    if (remaining.isEmpty()) {
      throw new IllegalArgumentException(
          "consul-event: names no event; write consul-event:NAME, or consul-event:* for all");
    }
    ConsulConnection connection =
        CamelContextHelper.mandatoryFindSingleByType(getCamelContext(), ConsulConnection.class);
    RingListener listener = getCamelContext().getRegistry().findSingleByType(RingListener.class);
    ConsulEventEndpoint endpoint =
        new ConsulEventEndpoint(
            uri,
            this,
            new UserEvents(connection),
            remaining,
            listener == null ? RingListener.NONE : listener);
    setProperties(endpoint, parameters);
    return endpoint;
  }
}
