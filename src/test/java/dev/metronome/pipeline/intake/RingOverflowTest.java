package dev.metronome.pipeline.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.UserEvent;
import dev.metronome.consul.UserEvents;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.testing.LogLines;
import dev.metronome.testing.Member;
import dev.metronome.testing.Unhurried;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** More user events than Consul's ring holds, while the route is busy with one. */
@Tag("consul")
class RingOverflowTest {

  private static final Duration PATIENCE = Unhurried.PATIENCE;

  private final EmbeddedConsul consul = EmbeddedConsul.start();
  private final ConsulConnection watching = Member.connection(consul, "a");
  private final ConsulConnection sending = Member.connection(consul, "b");
  private final UserEvents events = new UserEvents(sending);
  private final LogLines log = LogLines.of(ConsulEventConsumer.class);
  private final AtomicInteger overflows = new AtomicInteger();
  private final List<String> delivered = new CopyOnWriteArrayList<>();
  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch gate = new CountDownLatch(1);
  private final CamelContext camel = new DefaultCamelContext();

  @BeforeEach
  void route() throws Exception {
    RingListener listener = overflows::incrementAndGet;
    camel.getRegistry().bind("connection", watching);
    camel.getRegistry().bind("listener", listener);
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("consul-event:*").process(RingOverflowTest.this::deliver);
          }
        });
  }

  @AfterEach
  void stop() {
    gate.countDown();
    camel.stop();
    watching.close();
    sending.close();
    consul.close();
    log.close();
  }

  private void deliver(Exchange exchange) throws InterruptedException {
    String name = exchange.getIn().getBody(UserEvent.class).name();
    if (name.equals("hold")) {
      held.countDown();
      gate.await();
    }
    delivered.add(name);
  }

  private void fire(int number, String name) {
    for (int i = 0; i < number; i++) {
      events.fire(name, "");
    }
  }

  private void awaitDelivered(int number) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(delivered).hasSize(number));
  }

  /** So many events come while the route is busy; all that the ring still has are delivered. */
  private void comeMeanwhile(int number) throws InterruptedException {
    camel.start();
    fire(1, "first");
    awaitDelivered(1);
    fire(1, "hold");
    held.await();
    fire(number, "meanwhile");
    gate.countDown();
    awaitDelivered(2 + Math.min(number, UserEvents.RING));
  }

  @Test
  void a_ring_that_was_replaced_between_two_looks_is_said_and_counted_once() throws Exception {
    comeMeanwhile(300);

    assertThat(overflows).hasValue(1);
    assertThat(log.with("state=overflow"))
        .singleElement()
        .asString()
        .startsWith("WARNING user-events")
        .contains("256", "nobody can tell how many", "metronome fire or POST /v1/events");
    fire(1, "later");
    awaitDelivered(259);
    assertThat(overflows).as("seen without a gap").hasValue(1);
  }

  @Test
  void a_ring_that_still_has_the_last_one_lost_nothing() throws Exception {
    comeMeanwhile(255);

    assertThat(overflows).hasValue(0);
    assertThat(log.with("state=overflow")).isEmpty();
  }

  @Test
  void a_full_ring_at_the_start_is_no_overflow() {
    fire(256, "earlier");
    camel.start();
    awaitDelivered(256);

    assertThat(overflows).hasValue(0);
  }
}
