package dev.metronome.pipeline.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Transaction;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import dev.metronome.testing.FaultyConsul;
import dev.metronome.testing.Member;
import dev.metronome.testing.Records;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Contract of the component {@code consul-queue:}. */
class ConsulQueueTest {

  private final EmbeddedConsul consul = EmbeddedConsul.start();
  private final FaultyConsul faulty = FaultyConsul.before(consul.agent("a"));
  private final ConsulConnection connection = faulty.connection();
  private final ConsulConnection writer = Member.connection(consul, "b");
  private final Keys keys = new Keys(Keys.DEFAULT_PREFIX);
  private final EventQueue events = new EventQueue(connection, keys, Clock.systemUTC());
  private final DefaultCamelContext context = new DefaultCamelContext();
  private final List<String> delivered = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() {
    context.getRegistry().bind("connection", connection);
    context.getRegistry().bind("keys", keys);
    context.getRegistry().bind("event-queue", events);
    context.start();
  }

  @AfterEach
  void close() {
    context.stop();
    connection.close();
    writer.close();
    faulty.close();
    consul.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void set(String key, String value) {
    writer.commit(new Transaction().set(key, bytes(value)));
  }

  private Exchange send(String queue, String item, Object body) {
    return context
        .createProducerTemplate()
        .send(
            "consul-queue:" + queue,
            exchange -> {
              exchange.getMessage().setBody(body);
              exchange.getMessage().setHeader(ConsulQueueEndpoint.ITEM, item);
            });
  }

  private void route(String from, Processor processor) throws Exception {
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from(from)
                .routeId("consumer")
                .process(
                    exchange ->
                        delivered.add(
                            exchange
                                .getMessage()
                                .getHeader(ConsulQueueEndpoint.ITEM, String.class)))
                .process(processor);
          }
        });
  }

  /** What the leader's transaction does to an event. */
  private void dispatchEvent(Exchange exchange) {
    String id = exchange.getMessage().getHeader(ConsulQueueEndpoint.ITEM, String.class);
    connection.commit(new Transaction().delete(keys.event(1, id)));
    events.view().remove(id, 0);
  }

  @Test
  void an_item_that_was_put_stands_there_and_a_second_one_is_a_duplicate() {
    Exchange first = send("work", "one", "a");
    Exchange second = send("work", "one", "b");

    assertThat(first.getMessage().getHeader(ConsulQueueEndpoint.RECEIPT)).isEqualTo("ACCEPTED");
    assertThat(second.getMessage().getHeader(ConsulQueueEndpoint.RECEIPT)).isEqualTo("DUPLICATE");
    assertThat(connection.get("metronome/queues/work/one").orElseThrow().value())
        .isEqualTo(bytes("a"));
  }

  @Test
  void an_item_without_an_id_gets_one() {
    send("work", null, "a");
    send("work", null, "a");

    assertThat(connection.list("metronome/queues/work/").value()).hasSize(2);
  }

  @Test
  void an_id_that_would_leave_the_queue_is_refused() {
    for (String item : List.of("x/../../leader", "a:b", "a.", "a..b", "ö")) {
      assertThat(send("work", item, "a").getException())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("MetronomeItem")
          .hasMessageContaining(Keys.SEGMENT_RULE);
    }
    assertThat(send("work", "x", null).getException()).isNotNull();
    assertThat(connection.list("metronome/").value()).isEmpty();
  }

  @Test
  void a_queue_needs_a_name() {
    assertThatThrownBy(() -> context.getEndpoint("consul-queue:a/b"))
        .hasStackTraceContaining("does not name a queue");
  }

  @Test
  void items_come_in_the_order_they_were_put_one_at_a_time_and_are_gone_then() throws Exception {
    for (String id : List.of("c", "a", "b", "z", "0")) {
      send("work", id, id);
    }
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();

    route(
        "consul-queue:work",
        exchange -> {
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          running.decrementAndGet();
        });

    await()
        .until(
            () ->
                connection.list("metronome/queues/work/").value().stream()
                    .allMatch(entry -> entry.key().endsWith("/")));
    assertThat(delivered.stream().distinct()).containsExactly("c", "a", "b", "z", "0");
    assertThat(most).hasValue(1);
  }

  @Test
  void an_item_that_comes_while_the_consumer_waits_is_delivered_at_once() throws Exception {
    route("consul-queue:work?pollInterval=3600000", exchange -> {}); // so no poll finds it
    await().until(() -> faulty.requests().size() >= 2);

    set("metronome/queues/work/one", "a");

    await().until(() -> delivered.contains("one"));
  }

  @Test
  void an_item_whose_route_failed_comes_again_before_the_next() throws Exception {
    send("work", "one", "a");
    send("work", "two", "a");
    AtomicInteger attempts = new AtomicInteger();

    route(
        "consul-queue:work",
        exchange -> {
          if (attempts.incrementAndGet() == 1) {
            throw new IllegalStateException("first");
          }
          if (attempts.get() == 2) {
            throw new StackOverflowError();
          }
        });

    await().until(() -> delivered.contains("two"));
    assertThat(delivered).startsWith("one", "one", "one", "two");
  }

  @Test
  void a_consumer_survives_an_outage() throws Exception {
    route("consul-queue:work", exchange -> {});
    await().until(() -> faulty.requests().size() >= 2);
    faulty.next(5, "/v1/", FaultyConsul.Fault.FAILING);

    set("metronome/queues/work/one", "a");
    set("metronome/queues/work/two", "a");

    await().until(() -> delivered.containsAll(List.of("one", "two")));
  }

  @Test
  void a_stopped_consumer_takes_nothing_and_a_started_one_goes_on() throws Exception {
    route("consul-queue:work", exchange -> {});
    context.getRouteController().stopRoute("consumer");
    set("metronome/queues/work/one", "a");
    await().pollDelay(Duration.ofMillis(300)).until(() -> true);
    assertThat(delivered).isEmpty();

    context.getRouteController().startRoute("consumer");

    await().until(() -> delivered.contains("one"));
  }

  @Test
  void an_unreadable_event_is_set_aside_with_a_result_and_the_next_one_runs() throws Exception {
    set(keys.event(1, "bad"), "{\"Format\":1,\"ID\":");
    set(keys.event(1, "wrong"), Json.text(Records.event("other")));
    events.accept(Records.event("good"));

    route("consul-queue:event-queue", this::dispatchEvent);

    await().until(() -> delivered.contains("good"));
    assertThat(delivered).containsExactly("good");
    assertThat(connection.get("metronome/quarantine/event_queue/1/bad")).isPresent();
    assertThat(connection.get("metronome/quarantine/event_queue/1/wrong")).isPresent();
    EventResult result =
        Json.read(
            "result", connection.get(keys.result("bad")).orElseThrow().value(), EventResult.class);
    assertThat(result.status()).isEqualTo(Status.ERROR);
    assertThat(result.reason()).hasValue(Reason.UNREADABLE);
    assertThat(result.message().orElseThrow()).contains(keys.event(1, "bad"));
  }

  @Test
  void setting_aside_leaves_a_final_result_as_it_is() throws Exception {
    set(keys.result("bad"), "{\"Status\":\"success\"}");
    set(keys.event(1, "bad"), "");
    events.accept(Records.event("good"));

    route("consul-queue:event-queue", this::dispatchEvent);

    await().until(() -> delivered.contains("good"));
    assertThat(connection.get(keys.result("bad")).orElseThrow().value())
        .isEqualTo(bytes("{\"Status\":\"success\"}"));
    assertThat(connection.get(keys.event(1, "bad"))).isEmpty();
  }

  @Test
  void an_unreadable_event_with_a_strange_name_is_set_aside_too() throws Exception {
    set("metronome/event_queue/a b$(x)", "x");
    events.accept(Records.event("good"));

    route("consul-queue:event-queue", this::dispatchEvent);

    await().until(() -> delivered.contains("good"));
    assertThat(connection.get("metronome/quarantine/event_queue/a b$(x)")).isPresent();
  }

  @Test
  void an_event_of_a_newer_format_is_left_alone_until_somebody_takes_it_away() throws Exception {
    String newer = Json.text(Records.event("newer")).replace("\"Format\":1", "\"Format\":99");
    set(keys.event(1, "newer"), newer);
    events.accept(Records.event("good"));

    route("consul-queue:event-queue?pollInterval=300", this::dispatchEvent);

    await().pollDelay(Duration.ofMillis(700)).until(() -> true);
    assertThat(delivered).isEmpty();
    assertThat(connection.get(keys.event(1, "newer")).orElseThrow().value())
        .isEqualTo(bytes(newer));

    writer.commit(new Transaction().delete(keys.event(1, "newer")));
    await().until(() -> delivered.contains("good"));
  }

  @Test
  void a_known_beginning_is_not_read_again_at_each_change() throws Exception {
    events.accept(Records.event("first"));
    route("consul-queue:event-queue?pollInterval=60000", exchange -> {});
    await().until(() -> delivered.contains("first"));
    int before = faulty.requests().size();

    for (int i = 0; i < 30; i++) {
      set(keys.event(1, "later" + i), Json.text(Records.event("later" + i)));
    }

    await().pollDelay(Duration.ofMillis(500)).until(() -> true);
    assertThat(faulty.requests()).hasSize(before);
    assertThat(events.view().size()).isEqualTo(1);
    dispatchEventNamed("first");
    await().until(() -> events.view().size() == 30);
  }

  private void dispatchEventNamed(String id) {
    connection.commit(new Transaction().delete(keys.event(1, id)));
    events.view().remove(id, 0);
  }

  @Test
  void a_head_that_stays_costs_no_requests_between_polls() throws Exception {
    events.accept(Records.event("first"));
    route("consul-queue:event-queue?pollInterval=60000", exchange -> {});
    await().until(() -> delivered.size() > 1);
    int before = faulty.requests().size();
    int seen = delivered.size();

    await().until(() -> delivered.size() > seen + 1);
    assertThat(faulty.requests()).hasSize(before);
  }

  @Test
  void what_the_event_queue_takes_is_an_event() {
    Event event = Records.event("e1");

    Exchange accepted = send("event-queue", null, event);

    assertThat(accepted.getMessage().getHeaders())
        .containsAllEntriesOf(Map.of("MetronomeReceipt", "ACCEPTED", "MetronomeEventId", "e1"));
    assertThat(send("event-queue", null, "text").getException()).isNotNull();
  }
}
