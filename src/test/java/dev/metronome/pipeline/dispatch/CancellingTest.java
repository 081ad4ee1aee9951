package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Cancellation;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import dev.metronome.pipeline.steering.Canceller;
import dev.metronome.pipeline.steering.Canceller.Answer;
import dev.metronome.testing.Records;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A cancellation against everything that the leader and the nodes do meanwhile. */
@Tag("consul")
class CancellingTest {
  private static final Cancellation WANTED =
      new Cancellation("anna@desk", Records.NOON, Optional.of("wrong version"));

  @AutoClose private final Leader leader = new Leader();
  private final Canceller canceller = new Canceller(leader.connection, leader.keys);

  @BeforeEach
  void two_nodes() {
    leader.agent("n1");
    leader.agent("n2");
  }

  private void dispatched(String id, int tasks) {
    leader.dispatched(Records.plan(id, tasks));
  }

  private void assertCancelled(String id) {
    EventResult result = leader.result(id);
    assertThat(result.status()).isEqualTo(Status.ERROR);
    assertThat(result.reason()).contains(Reason.CANCELLED);
    assertThat(result.message().orElse("")).startsWith("cancelled by anna@desk: wrong version");
    assertThat(result.cancelled()).contains(WANTED);
    assertThat(leader.plan(id)).isEmpty();
  }

  @Test
  void an_event_that_waits_is_removed_and_never_dispatched() {
    leader.events.accept(Records.event("e1"));
    leader.look();
    assertThat(canceller.cancel("e1", WANTED)).isInstanceOf(Answer.Removed.class);
    assertCancelled("e1");
    assertThat(leader.connection.get(leader.keys.event(1, "e1"))).isEmpty();

    Plan plan = Records.plan("e1", 1);
    assertThat(leader.put(leader.planned(plan))).isEmpty();
    assertCancelled("e1");
    assertThat(leader.events.view().head()).isEmpty();
  }

  @Test
  void a_task_that_was_not_opened_never_is() {
    leader.given(Records.plan("e1", 2));
    assertThat(canceller.cancel("e1", WANTED)).isEqualTo(new Answer.Accepted(WANTED));
    leader.advance();
    assertCancelled("e1");
    assertThat(leader.result("e1", 0).reason()).contains(Reason.CANCELLED);
    assertThat(leader.isAssigned("n1", "e1", 0)).isFalse();
    assertThat(leader.found(leader.keys.endedPlan("e1"), Plan.class)).isPresent();
  }

  @Test
  void an_opening_computed_before_writes_nothing() {
    leader.given(Records.plan("e1", 2));
    Step opening = leader.step(leader.read());
    canceller.cancel("e1", WANTED);
    assertThat(leader.put(opening)).isEmpty();
    assertThat(leader.isAssigned("n1", "e1", 0)).isFalse();
    leader.advance();
    assertCancelled("e1");
  }

  @Test
  void who_has_not_taken_it_loses_it_and_who_runs_it_is_told() {
    dispatched("e1", 2);
    leader.claimed("e1", 0, "n1");
    canceller.cancel("e1", WANTED);
    leader.advance();

    assertThat(leader.isAssigned("n2", "e1", 0)).isFalse();
    assertThat(leader.result("e1", 0, "n2").reason()).contains(Reason.CANCELLED);
    Assignment told =
        leader
            .found(leader.keys.assignment("n1", Keys.COMMON_LANE), Assignment.class)
            .orElseThrow();
    assertThat(told.cancelled()).contains(WANTED);
    assertThat(leader.advance()).isEmpty();

    leader.ended("e1", 0, "n1", WANTED.outcome());
    leader.advance();
    assertCancelled("e1");
    assertThat(leader.connection.get(leader.keys.result("e1", 1))).isEmpty();
  }

  @Test
  void a_telling_that_meets_an_ended_claim_does_not_assign_again() {
    dispatched("e1", 1);
    leader.claimed("e1", 0, "n1");
    leader.ended("e1", 0, "n2", Outcome.success());
    canceller.cancel("e1", WANTED);
    Step telling = leader.step(leader.read());
    leader.ended("e1", 0, "n1", Outcome.success());
    leader.put(telling);
    assertThat(leader.isAssigned("n1", "e1", 0)).isFalse();
    leader.advance();
    assertCancelled("e1");
  }

  @Test
  void an_end_computed_before_is_refused_and_the_event_ends_as_cancelled() {
    dispatched("e1", 1);
    leader.ended("e1", 0, "n1", Outcome.success());
    leader.ended("e1", 0, "n2", Outcome.success());
    Step end = leader.step(leader.read());
    assertThat(end.isEnd()).isTrue();
    assertThat(canceller.cancel("e1", WANTED)).isInstanceOf(Answer.Accepted.class);
    assertThat(leader.put(end)).isEmpty();
    assertThat(leader.result("e1").status()).isEqualTo(Status.INPROGRESS);
    leader.advance();
    assertCancelled("e1");
    assertThat(leader.result("e1", 0).status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void the_next_task_is_dropped_though_the_head_task_has_succeeded() {
    dispatched("e1", 3);
    leader.ended("e1", 0, "n1", Outcome.success());
    leader.ended("e1", 0, "n2", Outcome.success());
    canceller.cancel("e1", WANTED);
    leader.advance();
    assertCancelled("e1");
    assertThat(leader.connection.get(leader.keys.result("e1", 1))).isEmpty();
  }

  @Test
  void after_the_end_nothing_changes() {
    dispatched("e1", 1);
    leader.ended("e1", 0, "n1", Outcome.success());
    leader.ended("e1", 0, "n2", Outcome.success());
    leader.advance();
    List<String> before = leader.everything();
    assertThat(canceller.cancel("e1", WANTED)).isEqualTo(new Answer.Ended(leader.result("e1")));
    assertThat(leader.everything()).isEqualTo(before);
    assertThat(canceller.cancel("nobody", WANTED)).isEqualTo(new Answer.Unknown());
    assertThat(leader.everything()).isEqualTo(before);
  }

  @Test
  void the_first_of_two_wishes_stands() {
    dispatched("e1", 1);
    canceller.cancel("e1", WANTED);
    List<String> before = leader.everything();
    Cancellation second = new Cancellation("bert@desk", Records.NOON, Optional.empty());
    assertThat(canceller.cancel("e1", second)).isEqualTo(new Answer.Accepted(WANTED));
    assertThat(leader.everything()).isEqualTo(before);
  }

  @Test
  void a_node_that_does_not_end_it_in_time_is_given_up() {
    dispatched("e1", 1);
    leader.claimed("e1", 0, "n1");
    leader.ended("e1", 0, "n2", Outcome.success());
    canceller.cancel("e1", WANTED);
    leader.advance();
    leader.elapse(Duration.ofSeconds(59));
    leader.advance();
    assertThat(leader.plan("e1")).isPresent();
    leader.elapse(Duration.ofSeconds(2));
    leader.advance();
    assertThat(leader.result("e1", 0, "n1").message().orElse(""))
        .contains("node n1 did not say within 60 s", "it may still run");
    leader.advance();
    assertCancelled("e1");
  }

  @Test
  void a_node_that_is_lost_meanwhile_is_not_waited_for() {
    dispatched("e1", 1);
    leader.orphaned("e1", 0, "n1");
    leader.ended("e1", 0, "n2", Outcome.success());
    canceller.cancel("e1", WANTED);
    leader.advance();
    leader.elapse(Duration.ofSeconds(6));
    leader.advance();
    assertThat(leader.result("e1", 0, "n1").reason()).contains(Reason.LOST);
    leader.advance();
    assertCancelled("e1");
  }

  @Test
  void a_successor_goes_on_with_it() {
    dispatched("e1", 2);
    leader.claimed("e1", 0, "n1");
    canceller.cancel("e1", WANTED);
    leader.advance();
    leader.succeed();
    leader.ended("e1", 0, "n1", WANTED.outcome());
    leader.advance();
    assertCancelled("e1");
  }

  @Test
  void whenever_it_comes_an_accepted_wish_ends_the_event_and_a_final_state_stays()
      throws Exception {
    for (int i = 0; i < 25; i++) {
      String id = "race-" + i;
      leader.events.accept(Records.event(id));
      CompletableFuture<Answer> answer =
          CompletableFuture.supplyAsync(() -> canceller.cancel(id, WANTED));
      for (int spin = 0; spin < i * 20_000; spin++) {
        Thread.onSpinWait();
      }
      leader.look();
      if (leader.events.view().head().isPresent()) {
        leader.put(leader.planned(Records.plan(id, 2)));
      }
      drive(id);
      Answer got = answer.get(3, TimeUnit.MINUTES);
      drive(id);
      boolean cancelled = leader.result(id).cancelled().isPresent();
      assertThat(cancelled).as("%s %s", id, got).isEqualTo(!(got instanceof Answer.Ended));
      assertThat(leader.result(id).status().isFinal()).isTrue();
      assertThat(leader.connection.names(leader.keys.eventQueue() + id)).isEmpty();
    }
  }

  /** Leader and nodes, until the event has no plan. */
  private void drive(String id) {
    for (Optional<Plan> plan = leader.plan(id); plan.isPresent(); plan = leader.plan(id)) {
      for (String node : plan.get().targets()) {
        boolean assigned = leader.isAssigned(node, id, plan.get().current());
        if (assigned) {
          leader.ended(id, plan.get().current(), node, Outcome.success());
        }
      }
      leader.elapse(Duration.ofSeconds(3));
      leader.look();
      if (leader.progress.view().head().isPresent()) {
        leader.advance();
      }
    }
  }
}
