package dev.metronome.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.base.loop.Loop;
import dev.metronome.base.loop.Loops;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.embedded.Profile;
import dev.metronome.testing.LogLines;
import dev.metronome.testing.Member;
import dev.metronome.testing.StubConsul;
import dev.metronome.testing.Unhurried;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The rules of docs/protocol.md, "Watches". */
class WatchTest {

  private final Loops loops = new Loops();

  private final List<Long> asked = new CopyOnWriteArrayList<>();
  private final List<Duration> waits = new CopyOnWriteArrayList<>();
  private final List<Long> delivered = new CopyOnWriteArrayList<>();
  private final BlockingQueue<Object> answers = new LinkedBlockingQueue<>();
  private Watch<String> watch;

  @AfterEach
  void close() {
    if (watch != null) {
      watch.close();
    }
  }

  /** Answers what the test puts: an index, or an exception. */
  private Snapshot<String> read(long index, Duration wait) throws InterruptedException {
    waits.add(wait);
    asked.add(index);
    Object answer = answers.take();
    if (answer instanceof RuntimeException failure) {
      throw failure;
    }
    return new Snapshot<>("x", (Long) answer);
  }

  private void follow(Watch.Index kind, Consumer<Snapshot<String>> listener) {
    watch =
        new Watch<>(
                loops,
                "test",
                kind,
                Watch.waits(() -> true),
                this::read,
                snapshot -> {
                  delivered.add(snapshot.index());
                  listener.accept(snapshot);
                })
            .start();
  }

  private void follow() {
    follow(Watch.Index.RAFT, snapshot -> {});
  }

  @Test
  void it_asks_with_index_0_once_and_then_beyond_what_it_has_seen() {
    answers.addAll(List.of(5L, 7L, 9L));

    follow();

    await().until(() -> asked.size() == 4);
    assertThat(asked).containsExactly(0L, 5L, 7L, 9L);
    assertThat(delivered).containsExactly(5L, 7L, 9L);
  }

  /** With milliseconds for minutes. A pause would be at least 125 ms. */
  @Test
  void once_it_was_answered_without_news_it_waits_long_and_not_after_a_pause() {
    List<Duration> waits = new CopyOnWriteArrayList<>();
    List<Long> pauses = new CopyOnWriteArrayList<>();
    WaitLength length =
        new WaitLength(
            () -> true, Duration.ofSeconds(5), Duration.ofMillis(20), Duration.ofMillis(10));
    AtomicLong newest = new AtomicLong(1);
    AtomicLong unchanged = new AtomicLong();
    BlockingRead<String> seldom =
        (index, wait) -> {
          waits.add(wait);
          if (wait.equals(Duration.ofSeconds(5))) {
            pauses.add(System.nanoTime() - unchanged.get());
            newest.incrementAndGet();
          } else if (index != 0) {
            answers.poll(30, TimeUnit.MILLISECONDS);
            unchanged.set(System.nanoTime());
          }
          return new Snapshot<>("x", newest.get());
        };
    watch = new Watch<>(loops, "test", Watch.Index.RAFT, length, seldom, snapshot -> {}).start();

    await().until(() -> pauses.size() >= 10);
    Duration first = Duration.ofMillis(20);
    Duration longest = Duration.ofSeconds(5);
    assertThat(waits.subList(0, 6)).containsExactly(first, first, longest, first, longest, first);
    assertThat(Duration.ofNanos(Collections.min(pauses))).isLessThan(Duration.ofMillis(100));
  }

  /** Its thread may wake up from its wait before {@code close} has returned. */
  @Test
  void one_that_is_closed_while_it_waits_to_try_again_is_not_taken_for_dead() {
    try (LogLines lines = LogLines.of(Loop.class)) {
      for (int i = 0; i < 300; i++) {
        answers.add(new IllegalStateException("down"));
        int before = asked.size();
        follow();
        await().pollInterval(Duration.ofMillis(1)).until(() -> asked.size() > before);
        watch.close();
      }
      await().during(Duration.ofMillis(200)).until(() -> lines.with("dead").isEmpty());
    }
  }

  /** Else Consul would have been back for a whole minute before anybody said so. */
  @Test
  void after_a_failure_it_looks_at_once_whether_consul_is_there_and_where_its_history_is() {
    answers.addAll(List.of(5L, new IllegalStateException("down"), 5L));
    follow();
    await().until(() -> asked.size() == 4);
    assertThat(asked).containsExactly(0L, 5L, 5L, 5L);
    assertThat(waits).containsExactly(Watch.WAIT, Watch.WAIT, Duration.ofMillis(100), Watch.WAIT);
    assertThat(delivered).containsExactly(5L);

    answers.addAll(List.of(new IllegalStateException("down"), 2L, 2L));
    await().until(() -> asked.size() == 7);
    assertThat(asked.subList(4, 7)).containsExactly(5L, 0L, 2L);
    assertThat(delivered).containsExactly(5L, 2L);
  }

  @Test
  void a_return_without_a_change_is_not_delivered() {
    answers.addAll(List.of(5L, 5L, 5L, 6L));

    follow();

    await().until(() -> delivered.contains(6L));
    assertThat(delivered).containsExactly(5L, 6L);
  }

  @Test
  void after_an_index_that_went_backwards_it_starts_at_0_and_delivers_what_that_says() {
    answers.addAll(List.of(50L, 3L, 7L, 9L));

    follow();

    await().until(() -> delivered.contains(9L));
    assertThat(asked).startsWith(0L, 50L, 0L, 7L);
    assertThat(delivered).containsExactly(50L, 7L, 9L);
  }

  @Test
  void the_index_of_user_events_may_go_any_way() {
    answers.addAll(List.of(-50L, 3L, Long.MIN_VALUE));

    follow(Watch.Index.HASH, snapshot -> {});

    await().until(() -> asked.size() == 4);
    assertThat(asked).containsExactly(0L, -50L, 3L, Long.MIN_VALUE);
  }

  @Test
  void after_an_error_it_pauses_and_goes_on_where_it_was() {
    answers.addAll(List.of(5L, new IllegalStateException("down"), 6L));
    long start = System.nanoTime();

    follow();

    await().until(() -> delivered.contains(6L));
    assertThat(asked).startsWith(0L, 5L, 5L);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(120));
  }

  @Test
  void an_exception_of_the_listener_does_not_end_it() {
    answers.addAll(List.of(5L, 6L));

    follow(
        Watch.Index.RAFT,
        snapshot -> {
          if (snapshot.index() == 5) {
            throw new IllegalStateException("listener");
          }
        });

    await().until(() -> delivered.contains(6L));
  }

  @Test
  void an_error_of_the_listener_does_not_end_it() {
    answers.addAll(List.of(5L, 6L, 7L));

    follow(
        Watch.Index.RAFT,
        snapshot -> {
          if (snapshot.index() == 5) {
            throw new StackOverflowError();
          }
          if (snapshot.index() == 6) {
            throw new OutOfMemoryError("not really");
          }
        });

    await().until(() -> delivered.contains(7L));
  }

  @Test
  void what_the_listener_could_not_take_is_delivered_again() {
    answers.addAll(List.of(5L, 5L));
    AtomicInteger calls = new AtomicInteger();

    follow(
        Watch.Index.RAFT,
        snapshot -> {
          if (calls.incrementAndGet() == 1) {
            throw new IllegalStateException("listener");
          }
        });

    await().until(() -> calls.get() == 2);
  }

  @Test
  void a_server_that_answers_at_once_without_a_change_makes_no_hot_loop() {
    watch =
        new Watch<>(
                loops,
                "test",
                Watch.Index.RAFT,
                Watch.waits(() -> true),
                (index, wait) -> {
                  asked.add(index);
                  return new Snapshot<>("x", 5);
                },
                snapshot -> {})
            .start();

    await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
    assertThat(asked).hasSizeLessThan(20);
  }

  @Test
  void a_server_whose_index_jumps_to_and_fro_makes_no_hot_loop() {
    watch =
        new Watch<>(
                loops,
                "test",
                Watch.Index.RAFT,
                Watch.waits(() -> true),
                (index, wait) -> {
                  asked.add(index);
                  return new Snapshot<>("x", index == 100 ? 50 : 100);
                },
                snapshot -> {})
            .start();

    await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
    assertThat(asked).hasSizeLessThan(20);
  }

  @Test
  void close_ends_a_read_that_waits() {
    follow();
    await().until(() -> asked.size() == 1);

    watch.close();

    await().until(() -> thread("test").isEmpty());
    assertThat(delivered).isEmpty();
  }

  @Test
  void a_read_that_fails_because_of_close_is_no_failure() throws Exception {
    CountDownLatch asking = new CountDownLatch(1);
    BlockingRead<String> canceled =
        (index, wait) -> {
          asking.countDown();
          try {
            answers.take();
          } catch (InterruptedException e) { // as the client tells it
            throw new ConsulUnavailableException("Canceled", e);
          }
          return new Snapshot<>("x", 1);
        };
    try (LogLines said = LogLines.of(Watch.class)) {
      watch =
          new Watch<>(
                  loops,
                  "canceled",
                  Watch.Index.RAFT,
                  Watch.waits(() -> true),
                  canceled,
                  snapshot -> {})
              .start();
      asking.await();

      watch.close();

      await().until(() -> thread("canceled").isEmpty());
      assertThat(said.with("watch=canceled")).isEmpty();
    }
  }

  private static List<Thread> thread(String watch) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("metronome-watch-" + watch))
        .toList();
  }

  @Test
  void it_follows_changes_of_a_prefix_and_survives_an_outage() {
    try (EmbeddedConsul consul = EmbeddedConsul.start();
        ConsulConnection connection = Member.connection(consul, "a");
        ConsulConnection writer = Member.connection(consul, "b")) {
      List<Integer> sizes = new CopyOnWriteArrayList<>();
      try (Watch<List<Entry>> prefix =
          connection.watch("p/", snapshot -> sizes.add(snapshot.value().size()))) {
        assertThat(prefix.age()).isLessThan(Duration.ofMinutes(1));
        await().until(() -> sizes.contains(0));
        writer.commit(new Transaction().set("p/1", "1".getBytes(StandardCharsets.UTF_8)));
        await().until(() -> sizes.contains(1));
        consul.disconnect("a");
        writer.commit(new Transaction().set("p/2", "1".getBytes(StandardCharsets.UTF_8)));
        consul.reconnect("a");
        await().until(() -> sizes.contains(2));
      }
    }
  }

  /** As Consul 1.22.4 does it after 30 s, and load balancers after 45. */
  @Test
  void answers_that_are_cut_lose_no_change_and_are_no_failure() {
    try (EmbeddedConsul consul = EmbeddedConsul.start(Profile.CONSUL_1_22);
        ConsulConnection connection = Member.connection(consul, "a");
        LogLines log = LogLines.below(Loop.class.getPackageName())) {
      consul.cutAnswersAfter(Duration.ofMillis(5_500));
      List<Integer> sizes = new CopyOnWriteArrayList<>();
      try (Watch<List<Entry>> prefix =
          connection.watch("p/", snapshot -> sizes.add(snapshot.value().size()))) {
        await().atMost(Unhurried.PATIENCE).until(() -> connection.failures() > 0);
        connection.commit(new Transaction().set("p/1", new byte[0]));
        await().until(() -> sizes.contains(1));
        assertThat(prefix.trouble()).isEmpty();
        assertThat(log.lines()).isEmpty();
      }
    }
  }

  @Test
  void an_outage_costs_few_requests() {
    try (StubConsul stub = StubConsul.start().answer(500, "No cluster leader");
        ConsulConnection connection = ConsulConnection.to(stub.settings());
        Watch<List<Entry>> prefix = connection.watch("p/", snapshot -> {})) {
      await().pollDelay(Duration.ofSeconds(1)).until(() -> stub.requests() > 0);
      // A busy machine may look later than after a second; a hot loop asks hundreds of times.
      assertThat(stub.requests()).isLessThan(20);
      assertThat(prefix.age()).isGreaterThan(Duration.ofMillis(900));
    }
  }

  @Test
  void an_answer_without_an_index_is_an_error() {
    List<Integer> sizes = new CopyOnWriteArrayList<>();
    try (StubConsul stub =
            StubConsul.start()
                .behave(exchange -> StubConsul.send(exchange, 404, "<html/>", Map.of()));
        ConsulConnection connection = ConsulConnection.to(stub.settings());
        Watch<List<Entry>> prefix =
            connection.watch("p/", snapshot -> sizes.add(snapshot.value().size()))) {
      await().until(() -> stub.requests() > 1);
      assertThat(sizes).isEmpty();
      assertThat(prefix.age()).isPositive();
    }
  }
}
