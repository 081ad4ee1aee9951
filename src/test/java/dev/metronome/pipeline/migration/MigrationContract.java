package dev.metronome.pipeline.migration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import dev.metronome.testing.OriginalKeys;
import dev.metronome.testing.Records;
import dev.metronome.testing.SettableClock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a migration makes of what the original left, on any Consul. */
interface MigrationContract {

  Keys KEYS = new Keys(Keys.DEFAULT_PREFIX);

  /** More than one transaction takes. */
  int MANY = 50;

  ConsulConnection connection();

  default Migration migration() {
    return new Migration(connection(), KEYS, new SettableClock(Records.NOON));
  }

  /** IDs of the events that wait, in their order. */
  default List<String> queued() {
    return connection().list(KEYS.eventQueue()).value().stream()
        .filter(entry -> !entry.key().endsWith("/") && !entry.key().equals(OriginalKeys.LOCK))
        .sorted(Comparator.comparingLong(Entry::createIndex).thenComparingLong(Entry::flags))
        .map(entry -> Json.read(entry.key(), entry.value(), Event.class).id())
        .toList();
  }

  default EventResult result(String id) {
    Entry entry = connection().get(KEYS.result(id)).orElseThrow();
    return Json.read(entry.key(), entry.value(), EventResult.class);
  }

  default void put(Map<String, String> keys) {
    OriginalKeys.put(connection(), keys);
  }

  @Test
  default void pending_events_are_accepted_in_order_and_one_under_way_ends_as_an_error() {
    put(OriginalKeys.results());
    put(OriginalKeys.queues());
    put(
        Map.of(
            KEYS.result(OriginalKeys.BEGUN, 1, "web1"),
            "{\"EventID\": \"%s\", \"No\": 1, \"Node\": \"web1\", \"Status\": \"inprogress\"}"
                .formatted(OriginalKeys.BEGUN)));
    MigrationReport foreseen = migration().foresee(migration().look());

    MigrationReport found = migration().takeOver(migration().look(), Transaction::new);

    assertThat(queued()).containsExactly(OriginalKeys.DEPLOY, OriginalKeys.BACKUP);
    assertThat(found).isEqualTo(foreseen);
    assertThat(found.ended()).containsExactly(OriginalKeys.BEGUN);
    EventResult begun = result(OriginalKeys.BEGUN);
    assertThat(begun.status()).isEqualTo(Status.ERROR);
    assertThat(begun.reason()).hasValue(Reason.LOST);
    assertThat(begun.message()).get().asString().contains("its agents are gone");
    assertThat(begun.finishedAt()).hasValue(Records.NOON);
    assertThat(begun.name()).isEqualTo("deploy");
    assertThat(begun.fromOriginal()).isTrue();
    String node = KEYS.result(OriginalKeys.BEGUN, 1, "web1");
    assertThat(new String(connection().get(node).orElseThrow().value(), UTF_8))
        .contains("\"error\"", "\"lost\"");
    assertThat(result(OriginalKeys.ENDED).status()).isEqualTo(Status.SUCCESS);
    assertThat(migration().look().isEmpty()).isTrue();
  }

  @Test
  default void killed_between_any_two_writes_and_begun_again_each_event_counts_once() {
    Map<String, String> keys = new HashMap<>(OriginalKeys.queues());
    List<String> ids = IntStream.range(0, MANY).mapToObj("event-%02d"::formatted).toList();
    keys.put(
        OriginalKeys.EVENTS,
        ids.stream()
            .map(id -> "{\"ID\": \"" + id + "\", \"Name\": \"deploy\"}")
            .collect(Collectors.joining(",", "[", "]")));
    int crashes = 0;
    for (int at = 1; ; at++) {
      connection().commit(new Transaction().deleteTree(KEYS.prefix()));
      put(keys);
      put(OriginalKeys.results());
      if (!crashes(at)) {
        break;
      }
      crashes++;
      List<String> before = queued();
      before.stream().findFirst().ifPresent(this::runToItsEnd);
      migration().takeOver(migration().look(), Transaction::new);
      assertThat(queued()).isEqualTo(before.isEmpty() ? ids : ids.subList(1, MANY));
      assertThat(result(OriginalKeys.BEGUN).status()).isEqualTo(Status.ERROR);
      assertThat(migration().look().isEmpty()).isTrue();
    }
    assertThat(crashes).isGreaterThanOrEqualTo(5);
  }

  /** Whether there was a transaction of this number for it to be killed before. */
  private boolean crashes(int at) {
    AtomicInteger left = new AtomicInteger(at);
    Supplier<Transaction> killed =
        () -> {
          if (left.decrementAndGet() == 0) {
            throw new IllegalStateException("killed");
          }
          return new Transaction();
        };
    try {
      migration().takeOver(migration().look(), killed);
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  private void runToItsEnd(String id) {
    Event event = Records.event(id);
    EventResult ended = EventResult.ended(event, Records.NOON, Records.NOON, Outcome.success());
    connection()
        .commit(
            new Transaction().delete(KEYS.event(1, id)).set(KEYS.result(id), Json.write(ended)));
  }

  @Test
  default void nothing_is_written_once_the_lock_or_a_queue_has_changed_or_the_fence_is_gone() {
    put(OriginalKeys.queues());
    for (String key : List.of(OriginalKeys.LOCK, OriginalKeys.EVENTS, OriginalKeys.PLAN)) {
      OriginalState before = migration().look();
      put(Map.of(key, "[ ]"));
      assertThatThrownBy(() -> migration().takeOver(before, Transaction::new))
          .as(key)
          .isInstanceOf(DisturbedException.class);
      put(OriginalKeys.queues());
    }
    OriginalState now = migration().look();
    assertThatThrownBy(
            () ->
                migration()
                    .takeOver(
                        now,
                        () ->
                            new Transaction()
                                .checkSession(
                                    KEYS.leader(), "00000000-0000-0000-0000-000000000001")))
        .isInstanceOf(DisturbedException.class);
    assertThat(queued()).isEmpty();
    assertThat(connection().names(KEYS.results())).isEmpty();
    OriginalState after = migration().look();
    assertThat(after.events()).isPresent();
    assertThat(after.plan()).isPresent();
    assertThat(after.lock()).isPresent();
  }
}
