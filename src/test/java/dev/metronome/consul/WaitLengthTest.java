package dev.metronome.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.base.loop.Loop;
import dev.metronome.base.loop.Loops;
import dev.metronome.testing.LogLines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a watch waits where answers that take long are cut. */
class WaitLengthTest {

  private static final Duration MINUTE = Duration.ofSeconds(60);

  private final WaitLength wait = new WaitLength(() -> true, MINUTE, MINUTE, Duration.ofSeconds(5));

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  @Test
  void a_cut_teaches_a_shorter_wait() {
    assertThat(wait.most()).isEqualTo(MINUTE);

    assertThat(wait.isCutAfter(seconds(30))).isTrue();

    assertThat(wait.most()).isEqualTo(seconds(24));
  }

  @Test
  void what_fails_at_once_is_no_cut_and_neither_is_what_takes_longer_than_it_may() {
    assertThat(wait.isCutAfter(seconds(1))).isFalse();
    assertThat(wait.isCutAfter(seconds(69))).isFalse();

    assertThat(wait.most()).isEqualTo(MINUTE);
  }

  @Test
  void it_becomes_no_shorter_than_what_counts_as_a_cut() {
    assertThat(wait.isCutAfter(seconds(6))).isTrue();
    assertThat(wait.most()).isEqualTo(seconds(5));
    assertThat(wait.isCutAfter(seconds(5))).isFalse();
  }

  @Test
  void many_that_pass_undisturbed_lengthen_it_again() {
    wait.isCutAfter(seconds(30));
    for (int i = 0; i < 19; i++) {
      wait.passed(true, seconds(25));
      wait.passed(false, seconds(25));
      wait.passed(true, seconds(3));
    }
    assertThat(wait.most()).isEqualTo(seconds(24));

    wait.passed(true, seconds(25));
    assertThat(wait.most()).isEqualTo(seconds(48));

    for (int i = 0; i < 20; i++) {
      wait.passed(true, seconds(50));
    }
    assertThat(wait.most()).isEqualTo(MINUTE);
  }

  @Test
  void it_is_long_once_one_has_passed_without_news_and_until_there_is_some() {
    WaitLength patient = new WaitLength(() -> true, seconds(240), MINUTE, seconds(5));
    assertThat(patient.most()).isEqualTo(MINUTE);
    patient.passed(true, seconds(3));
    assertThat(patient.most()).as("returned early").isEqualTo(MINUTE);
    patient.passed(true, seconds(62));
    assertThat(patient.most()).isEqualTo(seconds(240));
    patient.passed(true, seconds(245));
    assertThat(patient.most()).isEqualTo(seconds(240));

    patient.passed(false, seconds(10));

    assertThat(patient.most()).isEqualTo(MINUTE);
  }

  @Test
  void it_is_never_long_where_something_on_the_way_may_lose_an_answer() {
    AtomicBoolean local = new AtomicBoolean();
    WaitLength far = new WaitLength(local::get, seconds(240), MINUTE, seconds(5));
    far.passed(true, seconds(62));
    far.passed(true, seconds(62));
    assertThat(far.most()).isEqualTo(MINUTE);

    local.set(true);

    assertThat(far.most()).isEqualTo(seconds(240));
  }

  @Test
  void after_a_failure_it_is_not_long_and_a_long_one_that_was_not_answered_teaches_that() {
    WaitLength patient = new WaitLength(() -> true, seconds(240), MINUTE, seconds(5));
    patient.passed(true, seconds(62));
    assertThat(patient.isCutAfter(seconds(1))).isFalse();
    assertThat(patient.most()).isEqualTo(MINUTE);
    patient.passed(true, seconds(62));
    assertThat(patient.most()).as("Consul was away").isEqualTo(seconds(240));

    assertThat(patient.isCutAfter(seconds(260))).as("it is a failure").isFalse();

    for (int i = 0; i < 19; i++) {
      patient.passed(true, seconds(62));
      assertThat(patient.most()).as("the way forgets who waits longer").isEqualTo(MINUTE);
    }
    patient.passed(true, seconds(62));
    assertThat(patient.most()).isEqualTo(seconds(120));
  }

  /** Of Consul since 1.22.4, and of a load balancer: the lengths that an agent has. */
  @ParameterizedTest
  @ValueSource(ints = {30, 45})
  void where_all_are_cut_one_in_twenty_is(int seconds) {
    WaitLength learning = Watch.waits(() -> true);
    List<Integer> cuts = new ArrayList<>();
    for (int no = 0; no < 100; no++) {
      Duration most = learning.most();
      if (most.compareTo(seconds(seconds)) < 0) {
        learning.passed(true, most);
      } else {
        assertThat(learning.isCutAfter(seconds(seconds))).isTrue();
        assertThat(learning.most()).isBetween(seconds(20), seconds(seconds));
        cuts.add(no);
      }
    }
    assertThat(cuts).containsExactly(0, 21, 42, 63, 84);
  }

  /** As a load balancer does it, with a hundredth of its time. */
  @Test
  void a_watch_whose_answers_are_cut_learns_it_without_a_word() {
    List<Duration> waits = new CopyOnWriteArrayList<>();
    WaitLength short_ =
        new WaitLength(
            () -> true, Duration.ofMillis(600), Duration.ofMillis(600), Duration.ofMillis(50));
    BlockingRead<String> cut =
        (index, most) -> {
          waits.add(most);
          if (index == 0) {
            return new Snapshot<>("x", 5);
          }
          long end = Math.min(300, most.toMillis());
          new java.util.concurrent.CountDownLatch(1)
              .await(end, java.util.concurrent.TimeUnit.MILLISECONDS);
          if (end == 300) {
            throw new ConsulUnavailableException("the connection ended without an answer", null);
          }
          return new Snapshot<>("x", 5);
        };
    try (LogLines log = LogLines.below(Loop.class.getPackageName());
        Watch<String> watch =
            new Watch<>(new Loops(), "cut", Watch.Index.RAFT, short_, cut, snapshot -> {})
                .start()) {
      await().until(() -> waits.size() > 4);
      assertThat(waits.get(1)).isEqualTo(Duration.ofMillis(600));
      assertThat(waits.get(2)).isBetween(Duration.ofMillis(230), Duration.ofMillis(500));
      assertThat(log.lines()).isEmpty();
      assertThat(watch.age()).isNotNull();
    }
  }
}
