package dev.metronome.pipeline.dispatch;

import static dev.metronome.testing.Records.plan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Slot;
import dev.metronome.model.record.Status;
import dev.metronome.testing.Records;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When the leader closes a task, with which status, and what follows. */
@Tag("consul")
class ClosingTest {

  private static final Outcome FAILED = Outcome.error(Reason.FAILED, "exit code 3");

  @AutoClose private final Leader leader = new Leader();

  @Test
  void a_task_is_closed_only_when_every_target_has_ended() {
    leader.given(plan("e1", 2).open(Records.NOON, List.of("a", "b")));
    leader.agent("a");
    leader.agent("b");
    leader.advance();
    leader.ended("e1", 0, "a", Outcome.success());
    leader.claimed("e1", 0, "b");

    assertThat(leader.advance()).isEmpty();
    assertThat(leader.plan("e1").orElseThrow().current()).isZero();

    leader.ended("e1", 0, "b", Outcome.success());
    assertThat(leader.advance()).isPresent();
    assertThat(leader.result("e1", 0).status()).isEqualTo(Status.SUCCESS);
    assertThat(leader.plan("e1").orElseThrow().current()).isEqualTo(1);
  }

  @Test
  void the_next_task_is_opened_in_the_transaction_that_closes_the_one_before() {
    leader.given(plan("e1", 2).open(Records.NOON, List.of("a")));
    leader.agent("a");
    leader.agent("b");
    leader.ended("e1", 0, "a", Outcome.success());
    assertThat(leader.known.get()).isEmpty(); // read every 30 s only
    assertThat(leader.freezes.against(Leader.event("e1"), Keys.COMMON_LANE)).isEmpty(); // read once
    long requests = leader.connection.requests();

    Step step = leader.advance().orElseThrow();

    assertThat(step.moves().get(0).followers()).isEmpty();
    assertThat(leader.connection.requests() - requests).isLessThanOrEqualTo(5);
    Plan next = leader.plan("e1").orElseThrow();
    assertThat(next.current()).isEqualTo(1);
    assertThat(next.targets()).containsExactly("a", "b");
    assertThat(leader.isAssigned("a", "e1", 1)).isTrue();
    assertThat(leader.isAssigned("b", "e1", 1)).isTrue();
    assertThat(leader.result("e1", 1).status()).isEqualTo(Status.INPROGRESS);
    assertThat(leader.connection.list(Records.claims(leader.keys, 1, "e1", 0)).value()).isEmpty();
    long index =
        leader.connection.get(leader.keys.plan(Keys.COMMON_LANE)).orElseThrow().modifyIndex();
    assertThat(leader.connection.get(leader.keys.result("e1", 0)).orElseThrow().modifyIndex())
        .isEqualTo(index);
    assertThat(
            leader
                .connection
                .get(leader.keys.assignment("a", Keys.COMMON_LANE))
                .orElseThrow()
                .modifyIndex())
        .isEqualTo(index);
  }

  @Test
  void the_last_task_ends_the_event() {
    leader.given(plan("e1", 1).open(Records.NOON, List.of("a")));
    leader.ended("e1", 0, "a", Outcome.success());

    Step step = leader.advance().orElseThrow();

    assertThat(step.isEnd()).isTrue();
    assertThat(leader.plan("e1")).isEmpty();
    assertThat(leader.result("e1").status()).isEqualTo(Status.SUCCESS);
    String slot = leader.keys.plan(Keys.COMMON_LANE);
    assertThat(leader.connection.get(slot).orElseThrow().value()).isEqualTo(Slot.vacant(1));
    assertThat(leader.connection.names(Records.claims(leader.keys, 1, "e1", 0))).isEmpty();
    assertThat(leader.progress.isKnown()).isFalse(); // not started as a consumer here
  }

  @Test
  void a_failed_task_drops_the_rest_of_the_event() {
    leader.given(plan("e1", 3).open(Records.NOON, List.of("a", "b")));
    leader.ended("e1", 0, "a", Outcome.timeout("slow"));
    leader.ended("e1", 0, "b", FAILED);

    leader.advance();

    assertThat(leader.result("e1", 0).status()).isEqualTo(Status.ERROR);
    assertThat(leader.result("e1", 0).message().orElseThrow())
        .contains("on b")
        .contains("1 more")
        .contains("exit code 3");
    assertThat(leader.result("e1").status()).isEqualTo(Status.ERROR);
    assertThat(leader.result("e1").message().orElseThrow()).contains("task 0 task-0");
    assertThat(leader.plan("e1")).isEmpty();
    assertThat(leader.found(leader.keys.result("e1", 1), Map.class)).isEmpty();
  }

  @Test
  void what_a_node_recorded_meanwhile_stands() {
    leader.given(plan("e1", 1).open(Records.NOON, List.of("a")));
    leader.orphaned("e1", 0, "a");
    leader.advance();
    leader.elapse(Duration.ofSeconds(6));
    Progress before = leader.read();
    leader.ended("e1", 0, "a", Outcome.success());

    assertThat(leader.put(leader.step(before))).isEmpty();

    assertThat(leader.result("e1", 0, "a").status()).isEqualTo(Status.SUCCESS);
    leader.advance();
    assertThat(leader.result("e1").status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void a_claim_that_cannot_be_read_ends_the_task_on_its_node_as_error() {
    leader.given(plan("e1", 1).open(Records.NOON, List.of("a", "b")));
    leader.ended("e1", 0, "a", Outcome.success());
    leader.claimed("e1", 0, "b");
    String claim = Records.claim(leader.keys, 1, "e1", 0, "b");
    leader.set(claim, Leader.bytes("{\"Format\":1"));

    leader.advance();
    if (leader.plan("e1").isPresent()) {
      leader.advance();
    }

    assertThat(leader.result("e1").status()).isEqualTo(Status.ERROR);
    assertThat(leader.result("e1").reason()).hasValue(Reason.UNREADABLE);
    assertThat(leader.result("e1", 0, "b").status()).isEqualTo(Status.ERROR);
    assertThat(leader.result("e1", 0, "a").status()).isEqualTo(Status.SUCCESS);
    assertThat(leader.connection.get(leader.keys.quarantine(claim))).isPresent();
  }
}
