package dev.metronome.pipeline.intake;

import dev.metronome.base.loop.Backoff;
import dev.metronome.consul.UserEvent;
import dev.metronome.consul.UserEvents;
import dev.metronome.consul.Watch;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers each user event of the local agent's ring, oldest first, one at a time.
 *
 * <p><em>Guarantees</em>: an event that its route could not process is delivered again, for as long
 * as it takes, before any later one; outages of Consul do not end it.
 *
 * <p><em>Does not guarantee</em> to deliver once: after a start the whole ring is replayed, and
 * whatever stood in it; nor to see an event that left the ring of 256 before it was read. That this
 * may have happened is said, but for a start.
 */
final class ConsulEventConsumer extends DefaultConsumer {

  private static final Logger LOG = LoggerFactory.getLogger(ConsulEventConsumer.class);

  private final ConsulEventEndpoint endpoint;
  private volatile CountDownLatch stopped = new CountDownLatch(1);
  private volatile String last = "";
  private volatile boolean replaying = true;
  private Watch<List<UserEvent>> watch;

  ConsulEventConsumer(ConsulEventEndpoint endpoint, Processor processor) {
    super(endpoint, processor);
    this.endpoint = endpoint;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    stopped = new CountDownLatch(1);
    replaying = true;
    watch = endpoint.events().watch(this::ring);
  }

  @Override
  protected void doStop() throws Exception {
    stopped.countDown();
    if (watch != null) {
      watch.close();
    }
    super.doStop();
  }

  private void ring(List<UserEvent> ring) {
    Unseen unseen = Unseen.of(ring, last);
    if (unseen.mayBeMore() && !replaying) {
      overflowed();
    }
    for (UserEvent event : unseen.events()) {
      if (endpoint.isWanted(event.name()) && !delivered(event)) {
        return;
      }
      last = event.id();
    }
    replaying = false;
  }

  private void overflowed() {
    LOG.warn(
        "user-events state=overflow at least {} came since the last look, as many as Consul's ring"
            + " holds: others may have been lost unseen, nobody can tell how many; send what must"
            + " arrive by metronome fire or POST /v1/events, which have no ring",
        UserEvents.RING);
    endpoint.listener().overflowed();
  }

  /** Tries until it is done; false if the consumer was stopped before. */
  private boolean delivered(UserEvent event) {
    Backoff backoff = new Backoff();
    while (stopped.getCount() > 0) {
      Exception failure = process(event);
      if (failure == null) {
        return true;
      }
      if (backoff.isFirst()) {
        LOG.warn("event={} state=waiting {}", event.id(), failure.getMessage());
      }
      try {
        if (stopped.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS)) {
          return false;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return false;
  }

  private Exception process(UserEvent event) {
    Exchange exchange = createExchange(false);
    try {
      exchange.getIn().setBody(event);
      exchange.getIn().setHeader(ConsulEventEndpoint.EVENT_ID, event.id());
      exchange.getIn().setHeader(ConsulEventEndpoint.EVENT_NAME, event.name());
      exchange.getIn().setHeader(ConsulEventEndpoint.REPLAYED, replaying);
      getProcessor().process(exchange);
      return exchange.getException();
    } catch (Exception e) {
      return e;
    } finally {
      releaseExchange(exchange, false);
    }
  }
}
