package dev.metronome.pipeline.dispatch;

import static dev.metronome.testing.Records.filtered;
import static dev.metronome.testing.Records.plan;
import static dev.metronome.testing.Records.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.NodeSelector;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Rollout;
import dev.metronome.model.record.Status;
import dev.metronome.testing.Records;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When the leader opens a task, and for which nodes. */
@Tag("consul")
class OpeningTest {

  @AutoClose private final Leader leader = new Leader();

  private static PlannedTask skipUnreachable(int no, String service) {
    return new PlannedTask(
        no,
        "web",
        "task-" + no,
        new NodeSelector(Optional.of(service), Optional.empty()),
        new Rollout(true, true, false, 1));
  }

  private static PlannedTask required(int no, String service) {
    return new PlannedTask(
        no,
        "web",
        "task-" + no,
        new NodeSelector(Optional.of(service), Optional.empty()),
        new Rollout(false, false, false, 1));
  }

  @Test
  void targets_are_frozen_when_the_task_opens() {
    leader.given(plan("e1", 1));
    leader.agent("a");
    leader.advance();

    leader.agent("b");
    leader.elapse(Leader.LOOK);
    leader.advance();

    assertThat(leader.plan("e1").orElseThrow().targets()).containsExactly("a");
    assertThat(leader.isAssigned("b", "e1", 0)).isFalse();
  }

  @Test
  void a_node_that_comes_while_a_task_waits_is_its_target() {
    leader.given(plan("e1", List.of(filtered(0, "task-0", "db", "primary"))));
    leader.agent("a");
    assertThat(leader.advance()).isEmpty();

    leader.service("a", "db", "db1", "primary");
    leader.elapse(Leader.LOOK);
    leader.advance();

    assertThat(leader.plan("e1").orElseThrow().targets()).containsExactly("a");
  }

  @Test
  void a_task_without_a_target_waits_and_is_skipped_after_the_start_timeout() {
    leader.given(plan("e1", List.of(filtered(0, "task-0", "db", null))));
    assertThat(leader.advance()).isEmpty();

    leader.elapse(Duration.ofSeconds(119));
    assertThat(leader.advance()).isEmpty();
    leader.elapse(Leader.LOOK);

    assertThat(leader.advance()).isPresent();
    assertThat(leader.result("e1", 0).status()).isEqualTo(Status.SKIP);
    assertThat(leader.result("e1", 0).message().orElseThrow()).contains("no node matches db");
    assertThat(leader.result("e1").status()).isEqualTo(Status.SKIP);
  }

  @Test
  void a_task_without_a_target_that_must_not_be_skipped_times_out() {
    leader.given(plan("e1", List.of(required(0, "db"))));
    leader.advance();

    leader.elapse(Duration.ofSeconds(121));
    leader.advance();

    assertThat(leader.result("e1", 0).status()).isEqualTo(Status.TIMEOUT);
    assertThat(leader.result("e1").status()).isEqualTo(Status.TIMEOUT);
    assertThat(leader.result("e1").reason()).hasValue(Reason.NO_TARGET);
  }

  @Test
  void a_skipped_task_does_not_hide_an_earlier_success() {
    leader.given(
        plan("e1", List.of(task(0, "task-0"), filtered(1, "task-1", "db", null)))
            .open(Records.NOON, List.of("a")));
    leader.ended("e1", 0, "a", Outcome.success());
    leader.advance();
    leader.advance();
    leader.elapse(Duration.ofSeconds(121));

    leader.advance();

    assertThat(leader.result("e1", 1).status()).isEqualTo(Status.SKIP);
    assertThat(leader.result("e1").status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void a_failed_node_fails_the_task_at_once() {
    leader.given(plan("e1", List.of(filtered(0, "task-0", "db", null))));
    leader.agent("a");
    leader.service("a", "db", "db1", null);
    leader.agent("b");
    leader.service("b", "db", "db1", null);
    leader.consul.fail("b");

    leader.advance();

    assertThat(leader.result("e1").status()).isEqualTo(Status.ERROR);
    assertThat(leader.result("e1").reason()).hasValue(Reason.UNREACHABLE);
    assertThat(leader.result("e1").message().orElseThrow()).contains("node b");
    assertThat(leader.result("e1", 0, "b").status()).isEqualTo(Status.ERROR);
    assertThat(leader.isAssigned("a", "e1", 0)).isFalse();
  }

  @Test
  void unreachable_skip_leaves_failed_nodes_and_nodes_without_an_agent_out() {
    leader.given(plan("e1", List.of(skipUnreachable(0, "db"))));
    leader.agent("a");
    leader.service("a", "db", "db1", null);
    leader.service("b", "db", "db1", null);
    leader.service("c", "db", "db1", null);
    leader.consul.fail("b");

    leader.advance();

    assertThat(leader.plan("e1").orElseThrow().targets()).containsExactly("a");
  }
}
