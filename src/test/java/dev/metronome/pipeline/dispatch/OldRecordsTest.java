package dev.metronome.pipeline.dispatch;

import static dev.metronome.testing.Records.plan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import dev.metronome.pipeline.queue.QueueItem;
import dev.metronome.testing.Records;
import dev.metronome.testing.Unhurried;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator puts back into Consul, or deletes there, while an agent leads. */
class OldRecordsTest {

  @AutoClose private final Leader leader = new Leader();
  private final Plan old = plan("e1", 2).open(Records.NOON, List.of("a"));

  @BeforeEach
  void agent() {
    leader.agent("a");
  }

  /** Event e1 goes its way to the end. */
  private void ended() {
    leader.dispatched(plan("e1", 2));
    leader.ended("e1", 0, "a", Outcome.success());
    leader.advance();
    leader.ended("e1", 1, "a", Outcome.success());
    leader.advance();
    assertThat(leader.result("e1").status()).isEqualTo(Status.SUCCESS);
  }

  /** As a delivery of the route begins. */
  private boolean dismissed() {
    leader.look();
    Optional<QueueItem> head = leader.progress.view().head();
    return leader.progress.dismiss(head.orElseThrow());
  }

  private void putBack() {
    leader.set(leader.keys.plan(Keys.COMMON_LANE), Json.write(old));
    leader.orphaned("e1", 0, "a");
  }

  private void overwriteResults() {
    leader.set(
        leader.keys.result("e1"), Json.write(EventResult.started(old.event(), Records.NOON)));
    leader.set(
        leader.keys.result("e1", 0, "a"),
        Json.write(NodeResult.of(Settlement.unclaimed(old, "a", Records.NOON))));
  }

  private boolean isThere(String key) {
    return leader.connection.get(key).isPresent();
  }

  private void awaitTended(Runnable assertion) {
    await()
        .atMost(Unhurried.PATIENCE)
        .untilAsserted(
            () -> {
              leader.progress.tend();
              assertion.run();
            });
  }

  // INVARIANT: promise 6
  @Test
  void an_old_plan_of_an_event_that_has_ended_is_taken_away_with_its_claims() {
    ended();
    putBack();

    assertThat(dismissed()).isTrue();

    assertThat(leader.plan("e1")).isEmpty();
    assertThat(isThere(Records.claim(leader.keys, 1, "e1", 0, "a"))).isFalse();
    assertThat(leader.result("e1").status()).isEqualTo(Status.SUCCESS);
    leader.look();
    assertThat(leader.progress.view().head()).isEmpty();
  }

  @Test
  void a_successor_that_knows_nothing_of_the_event_does_the_same_by_its_result() {
    ended();
    putBack();
    leader.succeed();

    assertThat(dismissed()).isTrue();
  }

  @Test
  void results_of_before_that_come_after_the_plan_give_way_to_the_final_ones() {
    ended();
    putBack();
    leader.succeed();
    dismissed();
    overwriteResults();

    awaitTended(
        () -> {
          assertThat(leader.result("e1").status()).isEqualTo(Status.SUCCESS);
          assertThat(leader.result("e1", 0, "a").status()).isEqualTo(Status.SUCCESS);
        });
  }

  @Test
  void the_leader_that_has_ended_it_knows_that_even_if_its_result_came_first() {
    ended();
    overwriteResults();
    putBack();

    assertThat(dismissed()).isTrue();
    awaitTended(
        () -> {
          assertThat(leader.result("e1").status()).isEqualTo(Status.SUCCESS);
          assertThat(leader.result("e1", 0, "a").status()).isEqualTo(Status.SUCCESS);
        });
  }

  @Test
  void a_plan_whose_event_has_not_ended_is_gone_on_with() {
    leader.given(old);
    leader.orphaned("e1", 0, "a");

    assertThat(dismissed()).isFalse();
    assertThat(leader.plan("e1")).isPresent();
  }

  @Test
  void an_event_whose_plan_was_deleted_ends_as_an_error_everywhere() {
    leader.dispatched(plan("e1", 2));
    leader.claimed("e1", 0, "a");
    leader.read();
    leader.connection.commit(new Transaction().deleteTree(leader.keys.progressQueue()));
    leader.look();

    awaitTended(() -> assertThat(leader.result("e1").status()).isEqualTo(Status.ERROR));
    assertThat(leader.result("e1").reason()).hasValue(Reason.LOST);
    assertThat(leader.result("e1").message().orElseThrow())
        .contains(leader.keys.plan(Keys.COMMON_LANE));
    assertThat(leader.result("e1", 0, "a").reason()).hasValue(Reason.LOST);
    assertThat(leader.isAssigned("a", "e1", 0)).isFalse();
    assertThat(isThere(leader.keys.endedPlan("e1"))).as("what a retry goes on with").isTrue();
  }

  // INVARIANT: promise 6
  @Test
  void so_does_one_whose_place_another_event_has_taken_before_that_was_seen() {
    leader.dispatched(plan("e1", 2));
    leader.claimed("e1", 0, "a");
    leader.read();
    leader.connection.commit(new Transaction().deleteTree(leader.keys.progressQueue()));
    leader.look();
    leader.dispatched(plan("e2", 1));

    awaitTended(() -> assertThat(leader.result("e1").status()).isEqualTo(Status.ERROR));
    assertThat(leader.result("e1").reason()).hasValue(Reason.LOST);
    assertThat(leader.result("e1", 0, "a").reason()).hasValue(Reason.LOST);
    assertThat(leader.isAssigned("a", "e2", 0)).as("the other one goes on").isTrue();
    leader.ended("e2", 0, "a", Outcome.success());
    leader.advance();
    assertThat(leader.result("e2").status()).isEqualTo(Status.SUCCESS);
  }

  // INVARIANT: promise 6
  @Test
  void so_does_one_that_only_a_leader_before_has_known() {
    leader.dispatched(plan("e1", 2));
    leader.claimed("e1", 0, "a");
    leader.connection.commit(new Transaction().deleteTree(leader.keys.progressQueue()));
    leader.succeed();
    leader.look();
    leader.dispatched(plan("e2", 1));

    awaitTended(
        () -> {
          assertThat(leader.result("e1").reason()).hasValue(Reason.LOST);
          assertThat(leader.result("e1", 0, "a").reason()).hasValue(Reason.LOST);
          assertThat(isThere(Records.claim(leader.keys, 1, "e1", 0, "a"))).isFalse();
        });
    assertThat(leader.result("e2").status()).isEqualTo(Status.INPROGRESS);
    assertThat(leader.isAssigned("a", "e2", 0)).isTrue();
  }

  @Test
  void a_successor_takes_its_task_back_from_nodes_that_have_not_begun_it() {
    leader.dispatched(plan("e1", 1));
    leader.connection.commit(new Transaction().deleteTree(leader.keys.progressQueue()));
    leader.succeed();

    awaitTended(() -> assertThat(leader.result("e1").status()).isEqualTo(Status.ERROR));
    assertThat(leader.isAssigned("a", "e1", 0)).isFalse();
  }

  @Test
  void a_view_that_does_not_show_the_plan_yet_ends_nothing() {
    leader.dispatched(plan("e1", 2));
    leader.succeed();
    leader.look();
    leader.progress.view().remove(Keys.COMMON_LANE, 0);
    Entry before = leader.connection.get(leader.keys.result("e1")).orElseThrow();

    await()
        .during(Duration.ofSeconds(2)) // two looks
        .atMost(Unhurried.PATIENCE)
        .until(
            () -> {
              leader.progress.tend();
              return leader
                  .connection
                  .get(before.key())
                  .filter(now -> now.modifyIndex() == before.modifyIndex())
                  .isPresent();
            });
  }

  @Test
  void an_assignment_that_was_deleted_before_it_was_taken_is_put_again_and_again() {
    leader.dispatched(plan("e1", 1));
    for (int i = 0; i < 2; i++) {
      leader.connection.commit(
          new Transaction().delete(leader.keys.assignment("a", Keys.COMMON_LANE)));
      leader.advance();
      leader.elapse(Duration.ofSeconds(10));
      leader.advance();
      assertThat(leader.isAssigned("a", "e1", 0)).as("time %d", i).isTrue();
    }
  }

  @Test
  void an_assignment_that_another_has_taken_the_place_of_is_put_again() {
    leader.dispatched(plan("e1", 1));
    for (byte[] other : List.of(new byte[0], Json.write(Records.assignment("e0", 0)))) {
      leader.set(leader.keys.assignment("a", Keys.COMMON_LANE), other);
      leader.advance();
      leader.elapse(Duration.ofSeconds(10));
      leader.advance();
      assertThat(leader.isAssigned("a", "e1", 0)).as("%d bytes", other.length).isTrue();
    }
  }

  @Test
  void a_claim_that_nobody_holds_is_assigned_again_since_its_node_may_know_the_end() {
    leader.given(old);
    leader.orphaned("e1", 0, "a");
    leader.connection.commit(
        new Transaction().delete(leader.keys.assignment("a", Keys.COMMON_LANE)));
    leader.advance();
    leader.elapse(Leader.LOOK);
    leader.advance();

    assertThat(leader.isAssigned("a", "e1", 0)).isTrue();
  }

  @Test
  void a_claim_that_was_deleted_late_does_not_end_the_task_before_its_node_can_put_it_back() {
    leader.given(old);
    leader.claimed("e1", 0, "a");
    leader.advance();
    leader.elapse(Duration.ofSeconds(1_000)); // longer than a start may take
    leader.advance();
    leader.connection.commit(new Transaction().delete(Records.claim(leader.keys, 1, "e1", 0, "a")));
    leader.advance();

    assertThat(leader.result("e1", 0, "a").status()).isEqualTo(Status.INPROGRESS);
  }
}
