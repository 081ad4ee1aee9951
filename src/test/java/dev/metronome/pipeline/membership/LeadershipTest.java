package dev.metronome.pipeline.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Transaction;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.testing.FaultyConsul;
import dev.metronome.testing.LogLines;
import dev.metronome.testing.Member;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One leader at a time, and for ever another one. */
class LeadershipTest {

  private static final String KEY = "metronome/leader";

  private final EmbeddedConsul consul = EmbeddedConsul.start();
  private final ConsulConnection operator = Member.connection(consul, "operator");
  private final List<Candidate> candidates = new ArrayList<>();

  private final class Candidate {
    private final Member member;
    private final Leadership leadership;
    private final List<Boolean> told = new CopyOnWriteArrayList<>();

    Candidate(Member member) {
      this.member = member;
      this.leadership =
          new Leadership(member.connection(), member.sessions(), KEY, bytes(member.node()));
      leadership.listen(told::add);
      leadership.start();
      member.join();
      candidates.add(this);
    }

    void close() {
      leadership.close();
      member.close();
    }
  }

  @AfterEach
  void close() {
    candidates.forEach(Candidate::close);
    operator.close();
    consul.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Candidate candidate(String node) {
    return new Candidate(Member.of(consul, node));
  }

  private static void awaitLeader(Candidate candidate) {
    await().pollInterval(Duration.ofMillis(5)).until(candidate.leadership::isLeader);
  }

  /** Whoever leads knows it a moment before it is told. */
  private static void awaitTold(Candidate candidate, Boolean... all) {
    await().untilAsserted(() -> assertThat(candidate.told).containsExactly(all));
  }

  private boolean mayWrite(String fence) {
    return operator
        .commit(new Transaction().checkSession(KEY, fence).set("metronome/written", bytes(fence)))
        .isDone();
  }

  @Test
  void one_of_several_leads_and_all_know_who() {
    List<Candidate> three = List.of(candidate("a"), candidate("b"), candidate("c"));

    await().until(() -> three.stream().filter(each -> each.leadership.isLeader()).count() == 1);

    Candidate leader =
        three.stream().filter(each -> each.leadership.isLeader()).findFirst().orElseThrow();
    awaitTold(leader, true);
    assertThat(leader.leadership.fence()).hasValue(leader.member.session());
    for (Candidate each : three) {
      await().until(() -> each.leadership.holder().isPresent());
      assertThat(each.leadership.holder().orElseThrow()).isEqualTo(bytes(leader.member.node()));
    }
  }

  @Test
  void a_leader_that_leaves_hands_over_at_once() {
    Candidate first = candidate("a");
    awaitLeader(first);
    Candidate second = candidate("b");
    String fence = first.leadership.fence().orElseThrow();
    first.leadership.close();
    awaitLeader(second); // though the first one goes on to keep its session
    assertThat(first.leadership.isLeader()).isFalse();
    awaitTold(first, true, false);
    assertThat(mayWrite(fence)).isFalse();
  }

  @Test
  void a_leader_whose_session_was_destroyed_steps_down_and_can_lead_again() {
    try (FaultyConsul faulty = FaultyConsul.before(consul.agent("a"))) {
      Candidate first = new Candidate(Member.of(faulty.connection(), "a"));
      awaitLeader(first);
      Candidate second = candidate("b");

      // Else the first one may have its next session before the second one has looked.
      faulty.next(1_000, "/v1/session/create", FaultyConsul.Fault.FAILING);
      String lost = first.member.destroySession();

      awaitLeader(second);
      await().until(() -> !first.leadership.isLeader());
      assertThat(mayWrite(lost)).isFalse();

      faulty.heal();
      second.leadership.close();
      awaitLeader(first);
      assertThat(first.leadership.fence()).isPresent().isNotEqualTo(java.util.Optional.of(lost));
      assertThat(mayWrite(first.leadership.fence().orElseThrow())).isTrue();
      awaitTold(first, true, false, true);
    }
  }

  /**
   * The regression of camel-consul: after this there is no leader at all
   * (docs/adr/0006-libraries.md).
   */
  @Test
  void an_only_leader_whose_session_an_operator_destroyed_leads_again() {
    Candidate only = candidate("a");
    awaitLeader(only);

    String lost = only.member.destroySession();

    await().until(() -> only.leadership.fence().filter(now -> !now.equals(lost)).isPresent());
    assertThat(mayWrite(only.leadership.fence().orElseThrow())).isTrue();
  }

  @Test
  void a_leader_key_that_an_operator_deleted_is_contested_again() {
    Candidate only = candidate("a");
    awaitLeader(only);

    operator.commit(new Transaction().delete(KEY));

    await().until(() -> operator.get(KEY).filter(entry -> entry.isLocked()).isPresent());
    awaitLeader(only);
    assertThat(mayWrite(only.leadership.fence().orElseThrow())).isTrue();
  }

  @Test
  void a_leader_key_that_an_operator_overwrote_is_put_back_and_changes_nothing() {
    Candidate only = candidate("a");
    awaitLeader(only);
    byte[] own = operator.get(KEY).orElseThrow().value();

    operator.commit(new Transaction().set(KEY, bytes("vandal")));

    await().until(() -> Arrays.equals(operator.get(KEY).orElseThrow().value(), own));
    assertThat(only.leadership.isLeader()).isTrue();
    awaitTold(only, true);
  }

  @Test
  void an_election_that_meets_a_failing_consul_goes_on() {
    try (FaultyConsul faulty = FaultyConsul.before(consul.agent("a"))) {
      faulty.next(2, "\"lock\"", FaultyConsul.Fault.FAILING);

      Candidate only = new Candidate(Member.of(faulty.connection(), "a"));

      awaitLeader(only);
    }
  }

  @Test
  void an_election_whose_reply_was_lost_is_known_to_be_won() {
    try (FaultyConsul faulty = FaultyConsul.before(consul.agent("a"))) {
      faulty.next(1, "\"lock\"", FaultyConsul.Fault.REPLY_LOST);

      Candidate only = new Candidate(Member.of(faulty.connection(), "a"));

      awaitLeader(only);
      assertThat(operator.get(KEY).orElseThrow().isLockedBy(only.member.session())).isTrue();
    }
  }

  @Test
  void a_leader_that_cannot_reach_consul_gives_up_by_its_own_clock() {
    Candidate first = new Candidate(Member.of(consul, "a", Duration.ofSeconds(10)));
    awaitLeader(first);

    consul.disconnect("a");
    await().until(() -> !first.leadership.isLeader());

    consul.reconnect("a");
    awaitLeader(first);
  }

  @Test
  void a_failing_listener_does_not_harm_the_election() {
    Candidate first = candidate("a");
    first.leadership.listen(
        leader -> {
          throw new IllegalStateException("listener");
        });
    awaitLeader(first);

    first.member.destroySession();

    await().until(() -> first.told.size() >= 3);
  }

  @Test
  void one_that_closes_never_leads_again() {
    Candidate first = candidate("a");
    awaitLeader(first);

    first.leadership.close();

    await().pollDelay(Duration.ofMillis(300)).until(() -> true);
    assertThat(first.leadership.isLeader()).isFalse();
    assertThat(operator.get(KEY).orElseThrow().isLocked()).isFalse();
  }

  /** Who saw the lock held a moment before may say so a moment after. */
  @Test
  void one_that_closes_while_another_thread_judges_the_lock_never_leads_again() throws Exception {
    try (Member member = Member.of(consul, "a")) {
      Leadership leadership =
          new Leadership(member.connection(), member.sessions(), KEY, bytes("a"));
      List<Boolean> told = new CopyOnWriteArrayList<>();
      CountDownLatch busy = new CountDownLatch(1);
      leadership.listen(
          leader -> {
            told.add(leader);
            waitFor(busy);
          });
      leadership.start();
      member.join();
      await().until(() -> told.contains(true));

      Thread judging = blocked(leadership::suspect);
      Thread closing = blocked(leadership::close);
      busy.countDown();
      judging.join();
      closing.join();

      assertThat(leadership.isLeader()).isFalse();
      assertThat(told).containsExactly(true, false);
    }
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns when it waits for the listeners to be done. */
  private static Thread blocked(Runnable action) {
    Thread thread = new Thread(action);
    thread.start();
    await().until(() -> thread.getState() == Thread.State.BLOCKED);
    return thread;
  }

  /** The closing interrupts the watch, which may be about to give back what it has just won. */
  @Test
  void one_that_is_interrupted_while_it_hands_over_hands_over_all_the_same() throws Exception {
    Candidate first = candidate("a");
    awaitLeader(first);
    try (LogLines log = LogLines.of(Leadership.class)) {
      Thread closing = new Thread(first.leadership::close);
      closing.start();
      for (int i = 0; i < 1_000; i++) {
        closing.interrupt();
        Thread.onSpinWait();
      }
      closing.join();

      assertThat(operator.get(KEY).orElseThrow().isLocked()).isFalse();
      assertThat(log.with("only with its session")).isEmpty();
    }
  }
}
