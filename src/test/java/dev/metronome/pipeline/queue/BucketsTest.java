package dev.metronome.pipeline.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.Commit;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Snapshot;
import dev.metronome.consul.Transaction;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.testing.FaultyConsul;
import dev.metronome.testing.Member;
import dev.metronome.testing.Records;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transactions <em>accept</em> and <em>turn</em>, as far as they concern buckets. */
class BucketsTest {

  private static final String LEADER = "metronome/leader";

  private final EmbeddedConsul consul = EmbeddedConsul.start();
  private final FaultyConsul faulty = FaultyConsul.before(consul.agent("a"));
  private final ConsulConnection connection = faulty.connection();
  private final ConsulConnection other = Member.connection(consul, "b");
  private final Keys keys = new Keys(Keys.DEFAULT_PREFIX);
  private EventQueue leader;
  private EventQueue sender;
  private BucketReading reading;

  @BeforeEach
  void lead() {
    set(LEADER, "n1");
    long held = connection.get(LEADER).orElseThrow().modifyIndex();
    leader = queue(() -> Optional.of(new Transaction().checkIndex(LEADER, held)));
    sender = new EventQueue(connection, keys, Clock.systemUTC());
    reading = new BucketReading(other, keys);
    leader.view().open();
  }

  @AfterEach
  void close() {
    connection.close();
    other.close();
    faulty.close();
    consul.close();
  }

  private EventQueue queue(Supplier<Optional<Transaction>> fenced) {
    return EventQueues.led(other, keys, fenced);
  }

  private void set(String key, String value) {
    other.commit(new Transaction().set(key, value.getBytes(UTF_8)));
  }

  private void delete(String key) {
    other.commit(new Transaction().delete(key));
  }

  /** A read of the leader's watch; then its thread looks. */
  private Snapshot<List<Entry>> watched(long index) throws InterruptedException {
    Snapshot<List<Entry>> seen = reading.read(index, Duration.ofSeconds(10));
    leader.observe(seen.value());
    leader.view().accept(seen);
    leader.tend();
    return seen;
  }

  private static List<String> keys(Snapshot<List<Entry>> seen) {
    return seen.value().stream().map(Entry::key).toList();
  }

  private String current() {
    return new String(other.get(keys.queueBucket()).orElseThrow().value(), UTF_8);
  }

  private List<String> names() {
    return other.names(keys.eventQueue());
  }

  /** Dispatches so many, the oldest first, each accepted just before. */
  private void pass(int from, int to) throws InterruptedException {
    for (int i = from; i < to; i++) {
      sender.accept(Records.event("e" + i));
    }
    watched(0);
    for (int i = from; i < to; i++) {
      dispatchOldest();
    }
  }

  private String dispatchOldest() {
    QueueItem head = leader.view().head().orElseThrow();
    String id = head.id();
    Commit done = other.commit(new Buckets(other, keys).removal(id, head.entry()));
    assertThat(done.isDone()).isTrue();
    leader.removed(id, 0);
    return id;
  }

  @Test
  void the_first_event_makes_the_first_bucket() {
    assertThat(sender.accept(Records.event("e1"))).isEqualTo(Queue.Receipt.ACCEPTED);

    assertThat(current()).isEqualTo("1");
    assertThat(names()).containsExactly(keys.bucket(1), keys.event(1, "e1"));
    assertThat(other.get(keys.queued("e1"))).map(e -> new String(e.value(), UTF_8)).hasValue("1");
  }

  @Test
  void a_leader_of_an_empty_cluster_makes_it_too_so_that_its_watch_sleeps() throws Exception {
    watched(0);

    assertThat(current()).isEqualTo("1");
    assertThat(names()).containsExactly(keys.bucket(1));
  }

  @Test
  void once_the_bucket_is_known_an_event_costs_one_request() {
    sender.accept(Records.event("e1"));
    faulty.requests().clear();

    sender.accept(Records.event("e2"));

    assertThat(faulty.requests())
        .filteredOn(line -> !line.contains("keys")) // the queue may be counted
        .hasSize(1);
  }

  @Test
  void after_256_events_the_bucket_is_turned_and_the_old_folder_goes() throws Exception {
    pass(0, 255);
    leader.tend();
    assertThat(current()).isEqualTo("1");

    pass(255, 256);
    leader.tend();

    assertThat(current()).isEqualTo("2");
    assertThat(names()).containsExactly(keys.bucket(2));
  }

  @Test
  void who_knows_the_old_bucket_only_puts_nothing_there() throws Exception {
    pass(0, 256);
    leader.tend();
    faulty.requests().clear();

    assertThat(sender.accept(Records.event("late"))).isEqualTo(Queue.Receipt.ACCEPTED);
    assertThat(sender.accept(Records.event("late"))).isEqualTo(Queue.Receipt.DUPLICATE);

    assertThat(names()).containsExactly(keys.bucket(2), keys.event(2, "late"));
    assertThat(faulty.requests())
        .as("refused, read again, accepted, duplicate")
        .filteredOn(line -> line.contains("queue_bucket"))
        .hasSize(4);
  }

  @Test
  void without_that_check_the_event_would_stand_where_nobody_looks() throws Exception {
    pass(0, 256);
    leader.tend();
    long index = settled();

    other.commit(new Buckets(other, keys).accepting(1, Records.event("late"), 0));

    sender.accept(Records.event("next"));
    assertThat(reading.read(index, Duration.ofSeconds(1)).value())
        .as("what the watch sees as long as there is news")
        .extracting(Entry::key)
        .containsExactly(keys.bucket(2), keys.event(2, "next"));
  }

  /** The watch has seen that only the current bucket is of interest. */
  private long settled() throws InterruptedException {
    return watched(0).index();
  }

  @Test
  void who_has_lost_the_lead_turns_nothing() throws Exception {
    pass(0, 256);
    set(LEADER, "n2");

    leader.tend();

    assertThat(current()).isEqualTo("1");
    assertThat(names()).containsExactly(keys.bucket(1));
  }

  @Test
  void a_bucket_that_another_has_turned_is_left_for_one_after_that() throws Exception {
    pass(0, 256);
    set(keys.queueBucket(), "5");
    set(keys.bucket(5), "");
    delete(keys.bucket(1));

    leader.tend();

    assertThat(current()).isEqualTo("6");
    assertThat(names()).containsExactly(keys.bucket(6));
  }

  @Test
  void what_waits_in_the_old_bucket_comes_first_and_is_not_forgotten() throws Exception {
    pass(0, 250);
    IntStream.range(250, 262).forEach(i -> sender.accept(Records.event("e" + i)));
    watched(0);
    for (int i = 250; i < 256; i++) {
      dispatchOldest();
    }
    sender.accept(Records.event("unseen")); // after the last read, before the turn
    leader.tend();
    sender.accept(Records.event("new"));
    assertThat(names()).contains(keys.event(1, "unseen"), keys.event(2, "new"));

    Snapshot<List<Entry>> seen = watched(1);

    assertThat(keys(seen)).contains(keys.event(1, "e261"), keys.event(2, "new"));
    assertThat(IntStream.range(0, 8).mapToObj(i -> dispatchOldest()).toList())
        .containsExactly("e256", "e257", "e258", "e259", "e260", "e261", "unseen", "new");
    assertThat(names()).containsExactly(keys.bucket(2));
  }

  @Test
  void the_watch_of_a_bucket_that_is_turned_wakes_and_goes_on_with_the_next() throws Exception {
    pass(0, 256);
    long index = settled();
    assertThat(current()).isEqualTo("2");

    Snapshot<List<Entry>> all = watched(index);
    assertThat(keys(all)).containsExactly(keys.bucket(2));
    assertThat(all.index()).as("no going back").isGreaterThan(index);

    sender.accept(Records.event("next"));
    faulty.requests().clear();
    assertThat(keys(watched(all.index()))).containsExactly(keys.bucket(2), keys.event(2, "next"));
  }

  /** Each read of a prefix scans what was deleted below it: of all buckets, or of one. */
  @Test
  void of_all_buckets_is_read_as_often_as_they_are_turned() throws Exception {
    reading = new BucketReading(connection, keys);
    long index = watchedOn(watchedOn(0));
    faulty.requests().clear();
    for (int i = 0; i < 600; i++) {
      sender.accept(Records.event("e" + i));
      index = watchedOn(index);
      while (leader.view().head().isEmpty()) {
        index = watchedOn(index);
      }
      dispatchOldest();
    }

    assertThat(current()).isEqualTo("3");
    assertThat(reads("metronome/event_queue/")).isEqualTo(2);
    assertThat(reads(keys.bucket(2))).isGreaterThan(255);
  }

  /** Who has nothing to do sees what agents without buckets put, at once. */
  @Test
  void when_nothing_comes_for_a_while_all_is_watched() throws Exception {
    sender.accept(Records.event("e1"));
    watched(0);
    dispatchOldest();
    long index = watched(other.list(keys.eventQueue()).index() - 1).index();
    assertThat(reading.isWhole()).as("it has just had news").isFalse();

    Snapshot<List<Entry>> none = reading.read(index, Duration.ofSeconds(1));

    assertThat(none.index()).isEqualTo(index);
    assertThat(reading.isWhole()).isTrue();
    put("old");
    assertThat(keys(watched(index))).contains(keys.eventOutsideBuckets("old"));
    assertThat(leader.view().head()).map(QueueItem::id).hasValue("old");
  }

  @Test
  void that_all_is_watched_is_said_from_the_beginning_of_the_wait() throws Exception {
    sender.accept(Records.event("e1"));
    long index = watchedOn(0);
    assertThat(reading.isWhole()).isFalse();
    reading.widen();
    FutureTask<Snapshot<List<Entry>>> waiting =
        new FutureTask<>(() -> reading.read(index, Duration.ofMinutes(5)));
    new Thread(waiting).start();

    await().until(reading::isWhole);

    assertThat(waiting).isNotDone();
    put("old");
    assertThat(keys(waiting.get())).contains(keys.eventOutsideBuckets("old"));
  }

  @Test
  void what_came_elsewhere_before_that_is_seen_too() throws Exception {
    long index = settled();
    sender.accept(Records.event("e1"));
    index = watchedOn(index);
    put("old");
    sender.accept(Records.event("e2"));
    index = watchedOn(index);
    assertThat(leader.view().size()).as("of the bucket alone").isEqualTo(2);

    Snapshot<List<Entry>> all = reading.read(index, Duration.ofSeconds(1));

    assertThat(all.index()).as("nothing is newer").isEqualTo(index);
    assertThat(keys(all)).contains(keys.eventOutsideBuckets("old"));
    assertThat(reading.isWhole()).isTrue();
  }

  private long reads(String prefix) {
    return faulty.requests().stream()
        .map(line -> line.replace("%2F", "/"))
        .filter(line -> line.startsWith("GET /v1/kv/" + prefix + "?") && line.contains("recurse"))
        .count();
  }

  @Test
  void events_outside_buckets_come_in_their_order_each_once() throws Exception {
    settled();
    put("old-1");
    sender.accept(Records.event("new-1"));
    put("old-2");
    assertThat(sender.accept(Records.event("old-2"))).isEqualTo(Queue.Receipt.DUPLICATE);

    leader.look();

    assertThat(IntStream.range(0, 3).mapToObj(i -> dispatchOldest()).toList())
        .containsExactly("old-1", "new-1", "old-2");
    assertThat(names()).containsExactly(keys.bucket(1));
  }

  /** What an agent without buckets does. */
  private void put(String id) {
    Event event = Records.event(id);
    other.commit(new Transaction("accept").set(keys.eventOutsideBuckets(id), Json.write(event)));
  }

  @Test
  void a_busy_leader_looks_outside_buckets_as_soon_as_it_knows_of_none_that_waits()
      throws Exception {
    long index = settled();
    sender.accept(Records.event("e1"));
    index = watchedOn(index);
    put("old");
    reading.widen();
    dispatchOldest();

    watchedOn(index);

    assertThat(leader.view().head()).map(QueueItem::id).hasValue("old");
  }

  private long watchedOn(long index) throws InterruptedException {
    return watched(index).index();
  }

  @Test
  void an_event_that_two_layouts_hold_is_one_of_the_view() throws Exception {
    sender.accept(Records.event("e1"));
    put("e1");

    watched(0);

    assertThat(leader.view().size()).isEqualTo(1);
    assertThat(leader.view().head().orElseThrow().entry().key()).isEqualTo(keys.event(1, "e1"));
  }

  @Test
  void a_folder_that_was_deleted_is_replaced_by_the_next() throws Exception {
    sender.accept(Records.event("e1"));
    long index = settled();
    delete(keys.bucket(1));

    watched(index);

    assertThat(names()).containsExactly(keys.event(1, "e1"), keys.bucket(2));
    assertThat(current()).isEqualTo("2");
    leader.look();
    assertThat(dispatchOldest()).isEqualTo("e1");
  }

  @Test
  void a_number_that_was_deleted_or_put_back_old_is_mended_and_nothing_waits_for_ever()
      throws Exception {
    pass(0, 256);
    leader.tend();
    settled();
    for (String old : List.of("1", "", "noise")) {
      set(keys.queueBucket(), old);
      if (old.isEmpty()) {
        delete(keys.queueBucket());
      }
      EventQueue fresh = new EventQueue(connection, keys, Clock.systemUTC());
      fresh.accept(Records.event("after-" + old));

      leader.look();
      leader.tend();

      assertThat(dispatchOldest()).isEqualTo("after-" + old);
      assertThat(names())
          .as("after '%s'", old)
          .containsExactly("metronome/event_queue/" + current() + "/");
    }
  }

  /** Its view takes what lies deeper for parts of an item that is not there. */
  @Test
  void a_leader_that_knows_no_buckets_leaves_what_waits_in_them_to_the_next() {
    sender.accept(Records.event("new"));
    put("old");
    QueueSnapshot view = new QueueSnapshot(keys.eventQueue());
    view.open();

    view.accept(other.list(keys.eventQueue()));

    assertThat(view.size()).isEqualTo(1);
    assertThat(view.head()).map(QueueItem::id).hasValue("old");
  }

  @Test
  void the_id_of_an_event_that_was_deleted_is_forgotten() {
    Buckets buckets = new Buckets(connection, keys);
    sender.accept(List.of(Records.event("e1"), Records.event("e2")));
    delete(keys.event(1, "e1"));
    assertThat(sender.accept(Records.event("e1"))).isEqualTo(Queue.Receipt.DUPLICATE);

    assertThat(buckets.forgetDeleted(new Transaction())).isEqualTo(1);

    assertThat(sender.accept(Records.event("e1"))).isEqualTo(Queue.Receipt.ACCEPTED);
    assertThat(sender.accept(Records.event("e2"))).isEqualTo(Queue.Receipt.DUPLICATE);
  }

  @Test
  void an_event_is_found_by_its_id_in_either_place() {
    Buckets buckets = new Buckets(connection, keys);
    sender.accept(Records.event("e1"));
    put("e2");
    sender.accept(Records.event("e3"));
    delete(keys.queued("e3"));

    assertThat(buckets.find("e1")).map(Entry::key).hasValue(keys.event(1, "e1"));
    assertThat(buckets.find("e2")).map(Entry::key).hasValue(keys.eventOutsideBuckets("e2"));
    assertThat(buckets.find("e3")).map(Entry::key).hasValue(keys.event(1, "e3"));
    assertThat(buckets.find("e")).isEmpty();
  }
}
