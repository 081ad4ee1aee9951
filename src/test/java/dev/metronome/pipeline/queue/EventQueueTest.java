package dev.metronome.pipeline.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulDeniedException;
import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.model.record.Blocked.BlockedEvent;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Status;
import dev.metronome.testing.FaultyConsul;
import dev.metronome.testing.LogLines;
import dev.metronome.testing.Records;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Transaction <em>accept</em>: durable admission, once for an ID. */
@Tag("consul")
class EventQueueTest {

  private final EmbeddedConsul consul = EmbeddedConsul.start();
  private final FaultyConsul faulty = FaultyConsul.before(consul.agent("a"));
  private final ConsulConnection connection = faulty.connection();
  private final Keys keys = new Keys(Keys.DEFAULT_PREFIX);
  private EventQueue queue;

  @BeforeEach
  void make() {
    queue = new EventQueue(connection, keys, Clock.systemUTC());
    byte[] bucket = "1".getBytes(StandardCharsets.UTF_8);
    connection.commit(
        new Transaction().set(keys.queueBucket(), bucket).set(keys.bucket(1), new byte[0]));
    faulty.requests().clear();
  }

  @AfterEach
  void close() {
    connection.close();
    faulty.close();
    consul.close();
  }

  private List<String> queued() {
    return connection.list(keys.eventQueue()).value().stream()
        .sorted(Comparator.comparingLong(Entry::createIndex))
        .flatMap(entry -> keys.eventId(entry.key()).stream())
        .toList();
  }

  private List<String> transactions() {
    return faulty.requests().stream().filter(line -> line.contains("/v1/txn")).toList();
  }

  private static List<Event> events(int count) {
    return IntStream.range(0, count).mapToObj(i -> Records.event("e" + (1_000 - i))).toList();
  }

  @Test
  void an_accepted_event_stands_in_the_queue() {
    Event event = Records.event("e1");

    assertThat(queue.accept(event)).isEqualTo(Queue.Receipt.ACCEPTED);

    Entry entry = connection.get("metronome/event_queue/1/e1").orElseThrow();
    assertThat(Json.read(entry.key(), entry.value(), Event.class)).isEqualTo(event);
  }

  /** By task files that want a version. */
  private EventQueue demanding() {
    return new EventQueue(
        connection,
        keys,
        Clock.systemUTC(),
        10,
        UnaryOperator.identity(),
        event ->
            event.params().containsKey("version")
                ? Optional.empty()
                : Optional.of("parameter `version` is missing"));
  }

  private static Event from(String source, String id) {
    return Event.of(id, "deploy", Map.of(), Records.NOON, source, null);
  }

  @Test
  void none_of_several_is_accepted_if_one_lacks_a_parameter_and_its_sender_can_be_told() {
    Event good = Event.of("good", "deploy", Map.of("version", "1"), Records.NOON, "http", null);
    assertThatThrownBy(() -> demanding().accept(List.of(good, from("http", "bad"))))
        .isInstanceOf(RejectedEventException.class)
        .hasMessage("the event deploy is not taken as it is: parameter `version` is missing");
    assertThat(queued()).isEmpty();
    assertThat(connection.get(keys.result("bad"))).isEmpty();
    assertThat(demanding().accept(good)).isEqualTo(Queue.Receipt.ACCEPTED);
  }

  @Test
  void a_user_event_that_lacks_a_parameter_ends_as_error_at_the_door_once() {
    for (String source : List.of("consul-event", "push", "watch")) {
      try (LogLines log = LogLines.of(EventQueue.class)) {
        assertThat(demanding().accept(from(source, source))).isEqualTo(Queue.Receipt.REJECTED);
        assertThat(log.with("state=rejected parameter `version`")).hasSize(1);
      }
      assertThat(demanding().accept(from(source, source))).isEqualTo(Queue.Receipt.DUPLICATE);
      Entry entry = connection.get(keys.result(source)).orElseThrow();
      EventResult result = Json.read(entry.key(), entry.value(), EventResult.class);
      assertThat(result.status()).isEqualTo(Status.ERROR);
      assertThat(result.finishedAt()).isPresent();
      assertThat(result.message().orElseThrow())
          .isEqualTo(
              "the event was rejected: parameter `version` is missing; a user event has no"
                  + " parameters, send it by fire");
    }
    assertThat(queued()).isEmpty();
  }

  @Test
  void a_user_event_that_waits_already_is_not_ended_by_an_agent_with_other_files() {
    queue.accept(from("consul-event", "e1"));
    assertThat(demanding().accept(from("consul-event", "e1"))).isEqualTo(Queue.Receipt.DUPLICATE);
    assertThat(queued()).containsExactly("e1");
    assertThat(connection.get(keys.result("e1"))).isEmpty();
  }

  @Test
  void the_same_id_again_is_a_duplicate_and_changes_nothing() {
    queue.accept(Records.event("e1", "first"));
    long index = connection.get(keys.event(1, "e1")).orElseThrow().modifyIndex();

    assertThat(queue.accept(Records.event("e1", "second"))).isEqualTo(Queue.Receipt.DUPLICATE);

    assertThat(connection.get(keys.event(1, "e1")).orElseThrow().modifyIndex()).isEqualTo(index);
  }

  @Test
  void an_id_that_has_a_result_is_a_duplicate() {
    byte[] result = Json.write(EventResult.started(Records.event("e1"), Records.NOON));
    connection.commit(new Transaction().set(keys.result("e1"), result));

    assertThat(queue.accept(Records.event("e1"))).isEqualTo(Queue.Receipt.DUPLICATE);

    assertThat(queued()).isEmpty();
  }

  @Test
  void several_events_go_in_one_transaction_and_keep_their_order() {
    Map<String, Queue.Receipt> receipts = queue.accept(events(12));

    assertThat(receipts).hasSize(12).containsValues(Queue.Receipt.ACCEPTED);
    assertThat(transactions()).hasSize(1);
    assertThat(queued()).hasSize(12);
  }

  @Test
  void more_events_than_fit_into_one_transaction_keep_their_order() {
    List<Event> events = events(50);

    queue.accept(events);

    assertThat(transactions()).hasSize(5);
    List<String> order = queued();
    List<String> ids = events.stream().map(Event::id).toList();
    assertThat(order.subList(0, 12)).containsExactlyInAnyOrderElementsOf(ids.subList(0, 12));
    assertThat(order.subList(48, 50)).containsExactlyInAnyOrderElementsOf(ids.subList(48, 50));
  }

  @Test
  void large_events_are_split_by_size() {
    List<Event> events =
        IntStream.range(0, 20)
            .mapToObj(
                i ->
                    Event.of(
                        "e" + i, "big", Map.of("X", "x".repeat(60_000)), Records.NOON, "t", "b"))
            .toList();

    assertThat(queue.accept(events)).hasSize(20).containsValues(Queue.Receipt.ACCEPTED);

    assertThat(queued()).hasSize(20);
  }

  @Test
  void duplicates_among_several_do_not_harm_the_others() {
    queue.accept(Records.event("e1000"));
    queue.accept(Records.event("e995"));
    List<Event> events = events(30);

    Map<String, Queue.Receipt> receipts = queue.accept(events);

    assertThat(receipts).containsEntry("e1000", Queue.Receipt.DUPLICATE);
    assertThat(receipts).containsEntry("e995", Queue.Receipt.DUPLICATE);
    assertThat(receipts.values()).filteredOn(Queue.Receipt.ACCEPTED::equals).hasSize(28);
    assertThat(queued()).hasSize(30);
  }

  @Test
  void an_event_that_is_there_twice_in_one_call_is_accepted_once() {
    Map<String, Queue.Receipt> receipts =
        queue.accept(List.of(Records.event("e1"), Records.event("e1"), Records.event("e2")));

    assertThat(receipts)
        .containsOnly(
            Map.entry("e1", Queue.Receipt.ACCEPTED), Map.entry("e2", Queue.Receipt.ACCEPTED));
  }

  @Test
  void a_lost_reply_is_told_and_sending_again_is_safe() {
    faulty.next(10, "/v1/txn", FaultyConsul.Fault.REPLY_LOST); // the client tries again by itself

    assertThatThrownBy(() -> queue.accept(Records.event("e1")))
        .isInstanceOf(ConsulUnavailableException.class);

    faulty.heal();
    assertThat(queue.accept(Records.event("e1"))).isEqualTo(Queue.Receipt.DUPLICATE);
    assertThat(queued()).containsExactly("e1");
  }

  @Test
  void without_the_right_nothing_is_accepted_and_nothing_called_a_duplicate() {
    faulty.next(1, "/v1/txn", FaultyConsul.Fault.DENIED);

    assertThatThrownBy(() -> queue.accept(Records.event("e1")))
        .isInstanceOf(ConsulDeniedException.class);

    assertThat(queued()).isEmpty();
  }

  @Test
  void duplicates_among_several_cost_one_refused_transaction() {
    List<Event> events = events(12);
    queue.accept(events.subList(0, 11));
    faulty.requests().clear();

    Map<String, Queue.Receipt> receipts = queue.accept(events);

    assertThat(receipts.values()).filteredOn(Queue.Receipt.DUPLICATE::equals).hasSize(11);
    assertThat(transactions()).hasSize(2);
  }

  @Test
  void a_full_queue_refuses_with_a_sentence_and_nothing_is_written() {
    queue = new EventQueue(connection, keys, Clock.systemUTC(), 2);
    queue.accept(events(2));
    faulty.requests().clear();

    assertThatThrownBy(() -> queue.accept(Records.event("e1")))
        .isInstanceOf(QueueFullException.class)
        .hasMessage(
            "event e1 was not accepted: 2 wait in metronome/event_queue/ already, as many as"
                + " queue-limit allows; send again when some have ended");

    assertThat(queued()).containsExactlyInAnyOrder("e1000", "e999");
    assertThat(faulty.requests()).noneMatch(line -> line.contains("\"set\""));
  }

  @Test
  void a_full_queue_still_tells_duplicates() {
    queue = new EventQueue(connection, keys, Clock.systemUTC(), 2);
    queue.accept(events(2));
    byte[] result = Json.write(EventResult.started(Records.event("done"), Records.NOON));
    connection.commit(new Transaction().set(keys.result("done"), result));

    assertThat(queue.accept(Records.event("e1000"))).isEqualTo(Queue.Receipt.DUPLICATE);
    assertThat(queue.accept(List.of(Records.event("done"), Records.event("e999"))))
        .containsOnly(
            Map.entry("done", Queue.Receipt.DUPLICATE), Map.entry("e999", Queue.Receipt.DUPLICATE));
  }

  @Test
  void of_several_as_many_as_fit_are_accepted_and_the_others_are_named() {
    queue = new EventQueue(connection, keys, Clock.systemUTC(), 3);
    queue.accept(Records.event("e1000"));

    QueueFullException full =
        catchThrowableOfType(QueueFullException.class, () -> queue.accept(events(5)));

    assertThat(full.receipts())
        .containsExactly(
            Map.entry("e1000", Queue.Receipt.DUPLICATE),
            Map.entry("e999", Queue.Receipt.ACCEPTED),
            Map.entry("e998", Queue.Receipt.ACCEPTED));
    assertThat(full.refused()).containsExactly("e997", "e996");
    assertThat(full).hasMessageStartingWith("2 events were not accepted");
    assertThat(queued()).hasSize(3);
  }

  @Test
  void a_queue_that_others_have_filled_is_full_too_and_open_again_when_they_have_emptied_it() {
    queue = new EventQueue(connection, keys, Clock.systemUTC(), 30);
    EventQueue other = new EventQueue(connection, keys, Clock.systemUTC(), 30);
    queue.accept(Records.event("first"));
    other.accept(events(29));

    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> queue.accept(Records.event("one-more")))
                    .isInstanceOf(QueueFullException.class));
    connection.commit(new Transaction().delete(keys.event(1, "first")));

    await()
        .ignoreException(QueueFullException.class)
        .until(() -> queue.accept(Records.event("one-more")) == Queue.Receipt.ACCEPTED);
  }

  @Test
  void far_from_its_limit_a_queue_is_not_counted_for_each_event() {
    for (int i = 0; i < 50; i++) {
      queue.accept(Records.event("e" + i));
    }

    assertThat(faulty.requests()).hasSizeLessThan(60).hasSizeGreaterThan(50);
  }

  @Test
  void that_the_queue_is_full_and_that_it_is_open_again_is_said_once() {
    queue = new EventQueue(connection, keys, Clock.systemUTC(), 1);
    try (LogLines log = LogLines.of(Backlog.class)) {
      queue.accept(Records.event("e1"));
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> queue.accept(Records.event("e2")));
      }
      connection.commit(new Transaction().delete(keys.event(1, "e1")));
      await()
          .ignoreException(QueueFullException.class)
          .until(() -> queue.accept(Records.event("e2")) == Queue.Receipt.ACCEPTED);

      assertThat(log.lines())
          .containsExactly(
              "INFO queue=metronome/event_queue/ state=full limit=1",
              "INFO queue=metronome/event_queue/ state=open limit=1");
    }
  }

  /** Lets no event pass whose name begins with `kept`. */
  private static final class Keeping implements EventQueue.Barrier {
    private List<BlockedEvent> told = List.of();

    @Override
    public Optional<BlockedEvent> against(Event event) {
      return event.name().startsWith("kept")
          ? Optional.of(new BlockedEvent(event.id(), "not now", Optional.empty()))
          : Optional.empty();
    }

    @Override
    public void tell(List<BlockedEvent> blocked) {
      told = blocked;
    }
  }

  @Test
  void events_that_are_kept_are_passed_over_in_order_and_told() {
    Keeping barrier = new Keeping();
    EventQueue events = kept(barrier);
    events.accept(
        List.of(
            Records.event("e1", "kept"),
            Records.event("e2", "kept-too"),
            Records.event("e3"),
            Records.event("e4")));
    events.look();

    assertThat(events.oldest(null).id()).isEqualTo("e3");
    assertThat(barrier.told).extracting(BlockedEvent::eventId).containsExactly("e1", "e2");
  }

  @Test
  void an_unreadable_event_behind_one_that_is_kept_is_set_aside() {
    EventQueue events = kept(new Keeping());
    events.accept(Records.event("e1", "kept"));
    connection.commit(new Transaction().set("metronome/event_queue/1/bad", new byte[] {'{'}));
    events.accept(Records.event("e3"));
    events.look();

    assertThat(events.oldest(null).id()).isEqualTo("e3");
    assertThat(connection.get("metronome/quarantine/event_queue/1/bad")).isPresent();
  }

  /** As an earlier version accepted it: it has been promised a result. */
  @Test
  void an_event_whose_id_is_refused_by_now_is_set_aside_with_a_result_that_says_the_rule() {
    String record =
        new String(Json.write(Records.event("good")), StandardCharsets.UTF_8)
            .replace("\"good\"", "\"a:b\"");
    EventQueue events = kept(new Keeping());
    events.accept(Records.event("e1", "kept"));
    connection.commit(
        new Transaction()
            .set("metronome/event_queue/1/a:b", record.getBytes(StandardCharsets.UTF_8)));
    events.accept(Records.event("e3"));
    events.look();

    assertThat(events.oldest(null).id()).isEqualTo("e3");
    List<Entry> results = connection.list("metronome/results/").value();
    assertThat(results)
        .singleElement()
        .satisfies(result -> assertThat(result.key()).isEqualTo("metronome/results/a:b"))
        .satisfies(
            result ->
                assertThat(new String(result.value(), StandardCharsets.UTF_8))
                    .contains("error", Keys.SEGMENT_RULE));
  }

  /** Another thread of the leader may learn of it while the first selects nodes. */
  @Test
  void an_event_chosen_before_another_went_ahead_is_not_dispatched_when_that_is_known() {
    EventQueue events = kept(EventQueue.Barrier.NONE);
    events.accept(Records.event("e1"));
    events.look();
    QueuedEvent chosen = events.oldest(null);
    assertThat(connection.commit(events.unpassed(chosen)).isDone()).isTrue();
    events.accept(Records.event("e2").ahead(true));
    events.suspectPassed();
    assertThat(events.oldest(null).id()).isEqualTo("e2");

    assertThat(connection.commit(events.unpassed(chosen)).isDone()).isFalse();
  }

  @Test
  void what_goes_ahead_is_looked_for_again_if_the_queue_could_not_be_read() {
    EventQueue events = kept(EventQueue.Barrier.NONE);
    events.accept(Records.event("e1"));
    events.look();
    assertThat(events.oldest(null).id()).isEqualTo("e1");
    events.accept(Records.event("e2").ahead(true));
    events.suspectPassed();
    faulty.next(
        Integer.MAX_VALUE, "GET /v1/kv/metronome/event_queue/?", FaultyConsul.Fault.FAILING);
    assertThatThrownBy(() -> events.oldest(null)).isInstanceOf(ConsulUnavailableException.class);
    faulty.heal();

    assertThat(events.oldest(null).id()).isEqualTo("e2");
  }

  @Test
  void an_event_of_a_newer_agent_stops_those_behind_it_though_one_before_it_is_kept() {
    EventQueue events = kept(new Keeping());
    events.accept(Records.event("e1", "kept"));
    byte[] newer = "{\"Format\":99}".getBytes(StandardCharsets.UTF_8);
    connection.commit(new Transaction().set("metronome/event_queue/1/newer", newer));
    events.accept(Records.event("e3"));
    events.look();

    assertThat(events.oldest(null)).isNull();
  }

  private EventQueue kept(EventQueue.Barrier barrier) {
    return new EventQueue(
        connection,
        keys,
        Clock.systemUTC(),
        10,
        UnaryOperator.identity(),
        EventQueue.Objection.NONE,
        EventQueue.Lanes.NONE,
        barrier,
        Queue.Listener.NONE,
        Optional::empty);
  }
}
