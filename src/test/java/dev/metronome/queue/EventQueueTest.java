package dev.metronome.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulDeniedException;
import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.record.Event;
import dev.metronome.record.EventResult;
import dev.metronome.record.Json;
import dev.metronome.record.Keys;
import dev.metronome.testing.FaultyConsul;
import dev.metronome.testing.Records;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transaction <em>accept</em>: durable admission, once for an ID. */
class EventQueueTest {

  private final EmbeddedConsul consul = EmbeddedConsul.start();
  private final FaultyConsul faulty = FaultyConsul.before(consul.agent("a"));
  private final ConsulConnection connection = faulty.connection();
  private final Keys keys = new Keys(Keys.DEFAULT_PREFIX);
  private EventQueue queue;

  @BeforeEach
  void make() {
    queue = new EventQueue(connection, keys, Clock.systemUTC());
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
        .map(entry -> entry.key().substring(keys.eventQueue().length()))
        .toList();
  }

  private static List<Event> events(int count) {
    return IntStream.range(0, count).mapToObj(i -> Records.event("e" + (1_000 - i))).toList();
  }

  @Test
  void an_accepted_event_stands_in_the_queue() {
    Event event = Records.event("e1");

    assertThat(queue.accept(event)).isEqualTo(Receipt.ACCEPTED);

    Entry entry = connection.get("metronome/event_queue/e1").orElseThrow();
    assertThat(Json.read(entry.key(), entry.value(), Event.class)).isEqualTo(event);
  }

  @Test
  void the_same_id_again_is_a_duplicate_and_changes_nothing() {
    queue.accept(Records.event("e1", "first"));
    long index = connection.get(keys.event("e1")).orElseThrow().modifyIndex();

    assertThat(queue.accept(Records.event("e1", "second"))).isEqualTo(Receipt.DUPLICATE);

    assertThat(connection.get(keys.event("e1")).orElseThrow().modifyIndex()).isEqualTo(index);
  }

  @Test
  void an_id_that_has_a_result_is_a_duplicate() {
    byte[] result = Json.write(EventResult.started(Records.event("e1"), Records.NOON));
    connection.commit(new Transaction().set(keys.result("e1"), result));

    assertThat(queue.accept(Records.event("e1"))).isEqualTo(Receipt.DUPLICATE);

    assertThat(queued()).isEmpty();
  }

  @Test
  void several_events_go_in_one_transaction_and_keep_their_order() {
    Map<String, Receipt> receipts = queue.accept(events(21));

    assertThat(receipts).hasSize(21).containsValues(Receipt.ACCEPTED);
    assertThat(faulty.requests()).hasSize(1);
    assertThat(queued()).hasSize(21);
  }

  @Test
  void more_events_than_fit_into_one_transaction_keep_their_order() {
    List<Event> events = events(50);

    queue.accept(events);

    assertThat(faulty.requests()).hasSize(3);
    List<String> order =
        connection.list(keys.eventQueue()).value().stream()
            .sorted(Comparator.comparingLong(Entry::createIndex))
            .map(Entry::key)
            .toList();
    assertThat(order.subList(0, 21))
        .containsExactlyInAnyOrderElementsOf(
            events.subList(0, 21).stream().map(e -> keys.event(e.id())).toList());
    assertThat(order.subList(42, 50))
        .containsExactlyInAnyOrderElementsOf(
            events.subList(42, 50).stream().map(e -> keys.event(e.id())).toList());
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

    assertThat(queue.accept(events)).hasSize(20).containsValues(Receipt.ACCEPTED);

    assertThat(queued()).hasSize(20);
  }

  @Test
  void duplicates_among_several_do_not_harm_the_others() {
    queue.accept(Records.event("e1000"));
    queue.accept(Records.event("e995"));
    List<Event> events = events(30);

    Map<String, Receipt> receipts = queue.accept(events);

    assertThat(receipts).containsEntry("e1000", Receipt.DUPLICATE);
    assertThat(receipts).containsEntry("e995", Receipt.DUPLICATE);
    assertThat(receipts.values()).filteredOn(Receipt.ACCEPTED::equals).hasSize(28);
    assertThat(queued()).hasSize(30);
  }

  @Test
  void an_event_that_is_there_twice_in_one_call_is_accepted_once() {
    Map<String, Receipt> receipts =
        queue.accept(List.of(Records.event("e1"), Records.event("e1"), Records.event("e2")));

    assertThat(receipts)
        .containsOnly(Map.entry("e1", Receipt.ACCEPTED), Map.entry("e2", Receipt.ACCEPTED));
  }

  @Test
  void a_lost_reply_is_told_and_sending_again_is_safe() {
    faulty.next(1, "/v1/txn", FaultyConsul.Fault.REPLY_LOST);

    assertThatThrownBy(() -> queue.accept(Records.event("e1")))
        .isInstanceOf(ConsulUnavailableException.class);

    assertThat(queue.accept(Records.event("e1"))).isEqualTo(Receipt.DUPLICATE);
    assertThat(queued()).containsExactly("e1");
  }

  @Test
  void without_the_right_nothing_is_accepted_and_nothing_called_a_duplicate() {
    faulty.next(1, "/v1/txn", FaultyConsul.Fault.DENIED);

    assertThatThrownBy(() -> queue.accept(Records.event("e1")))
        .isInstanceOf(ConsulDeniedException.class);

    assertThat(queued()).isEmpty();
  }
}
