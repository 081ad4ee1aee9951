package dev.metronome.pipeline.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.Entry;
import dev.metronome.consul.Snapshot;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a process knows of a queue, between its reads and its own writes. */
class QueueSnapshotTest {

  private final QueueSnapshot view = new QueueSnapshot("q/");

  private static Entry entry(String key, long index) {
    return new Entry(key, new byte[0], index, index, 0, Optional.empty());
  }

  private static Snapshot<List<Entry>> snapshot(long index, Entry... entries) {
    return new Snapshot<>(List.of(entries), index);
  }

  @Test
  void the_head_is_the_item_with_the_lowest_create_index() {
    view.open();

    view.accept(snapshot(9, entry("q/a", 7), entry("q/b", 5), entry("q/c", 6)));

    assertThat(view.head()).map(QueueItem::id).hasValue("b");
    assertThat(view.size()).isEqualTo(3);
  }

  @Test
  void keys_below_an_item_and_other_keys_are_not_seen() {
    view.open();

    view.accept(
        snapshot(
            9,
            entry("q/", 1),
            entry("q/a", 5),
            entry("q/a/0/n", 6),
            entry("q/b/0/n", 6),
            entry("other", 2)));

    assertThat(view.size()).isEqualTo(1);
    assertThat(view.head()).map(QueueItem::id).hasValue("a");
  }

  @Test
  void a_slot_where_nothing_waits_is_known_and_no_head_and_the_last_that_was_written_comes_last() {
    QueueSnapshot slots =
        QueueSnapshot.ofSlots(entry -> Optional.of(entry.key()), entry -> entry.value().length > 0);
    slots.open();

    slots.accept(snapshot(5, entry("a", 4)));
    assertThat(slots.head()).isEmpty();
    assertThat(slots.size()).isZero();
    assertThat(slots.item("a")).map(item -> item.entry().modifyIndex()).hasValue(4L);

    slots.accept(snapshot(9, slot("a", 2, 9), slot("b", 3, 8)));
    assertThat(slots.head()).map(QueueItem::id).hasValue("b");
  }

  private static Entry slot(String key, long made, long written) {
    return new Entry(key, new byte[] {'x'}, made, written, 0, Optional.empty());
  }

  @Test
  void a_read_older_than_an_own_write_does_not_undo_it() {
    view.open();
    view.accept(snapshot(5, entry("q/a", 5)));
    view.remove("a", 8);

    assertThat(view.accept(snapshot(7, entry("q/a", 5)))).isFalse();
    assertThat(view.head()).isEmpty();
    assertThat(view.accept(snapshot(8, entry("q/b", 8)))).isTrue();
    assertThat(view.head()).map(QueueItem::id).hasValue("b");
  }

  @Test
  void a_new_consumer_begins_with_a_read_of_its_own() {
    view.open();
    view.accept(snapshot(5, entry("q/a", 5)));
    view.remove("a", 8);
    assertThat(view.isKnown()).isTrue();

    view.close();
    assertThat(view.isKnown()).isFalse();
    view.open();

    assertThat(view.isKnown()).isFalse();
    assertThat(view.accept(snapshot(7, entry("q/a", 5)))).isTrue();
    assertThat(view.isKnown()).isTrue();
  }

  @Test
  void memory_is_bounded_and_the_oldest_are_kept() {
    view.open();
    List<Entry> many =
        LongStream.rangeClosed(1, 5_000).mapToObj(i -> entry("q/" + i, 5_001 - i)).toList();

    view.accept(new Snapshot<>(many, 5_001));

    assertThat(view.size()).isEqualTo(QueueSnapshot.CAPACITY);
    assertThat(view.head()).map(QueueItem::id).hasValue("5000");
  }

  /** As those do that wait for a busy lane, however many: what is behind them may have room. */
  @Test
  void those_that_are_kept_hide_none_that_come_behind_them() {
    view.open();
    List<Entry> many = LongStream.rangeClosed(1, 2_500).mapToObj(i -> entry("q/" + i, i)).toList();
    for (int at = QueueSnapshot.CAPACITY; at < 3 * QueueSnapshot.CAPACITY; ) {
      view.accept(new Snapshot<>(many, 2_500));
      assertThat(view.size()).isEqualTo(Math.min(at, 2_500));
      view.keep(view.all().stream().map(QueueItem::id).collect(Collectors.toSet()));
      at += QueueSnapshot.CAPACITY;
    }
    view.accept(new Snapshot<>(many, 2_500));

    assertThat(view.item("2500")).isPresent();
  }

  @Test
  void a_read_without_a_change_wakes_nobody() {
    view.open();
    view.accept(snapshot(5, entry("q/a", 5)));
    long seen = view.version();

    view.accept(snapshot(6, entry("q/a", 5)));
    assertThat(view.version()).isEqualTo(seen);

    view.accept(snapshot(7, entry("q/a", 7)));
    assertThat(view.version()).isGreaterThan(seen);
  }

  @Test
  void the_first_read_wakes_though_the_queue_is_empty() {
    view.open();
    long seen = view.version();

    view.accept(snapshot(6));

    assertThat(view.version()).isGreaterThan(seen);
  }

  @Test
  void an_own_write_is_seen_at_once() {
    view.open();
    Stream.of("a", "b").forEach(id -> view.put(new QueueItem(id, entry("q/" + id, 5)), 5));

    assertThat(view.item("b")).isPresent();
    assertThat(view.head()).map(QueueItem::id).hasValue("a");
    view.remove("a", 0);
    assertThat(view.item("a")).isEmpty();
  }

  @Test
  void a_queue_of_which_all_are_kept_is_watched_as_if_it_were_drained() {
    view.open();
    view.accept(snapshot(9, entry("q/a", 5), entry("q/b", 6)));
    view.keep(Set.of("a", "b"));

    CompletableFuture<Void> drained = CompletableFuture.runAsync(this::awaitDrained);
    assertThat(drained).succeedsWithin(Duration.ofMinutes(1));

    view.accept(snapshot(10, entry("q/a", 5), entry("q/b", 6), entry("q/c", 10)));
    CompletableFuture<Void> again = CompletableFuture.runAsync(this::awaitDrained);
    assertThat(again).isNotDone();
    view.keep(Set.of("a", "b", "c"));
    assertThat(again).succeedsWithin(Duration.ofMinutes(1));
  }

  private void awaitDrained() {
    try {
      view.awaitDrained();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
