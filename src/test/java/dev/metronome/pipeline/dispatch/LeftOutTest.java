package dev.metronome.pipeline.dispatch;

import static dev.metronome.testing.Records.filtered;
import static dev.metronome.testing.Records.plan;
import static dev.metronome.testing.Records.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Event;
import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.NodeSelector;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Resume;
import dev.metronome.model.record.Rollout;
import dev.metronome.model.record.Status;
import dev.metronome.testing.NodeStates;
import dev.metronome.testing.Records;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** INVARIANT: promise 10, whoever is left out of a task stands in its result, with the reason. */
class LeftOutTest {

  @AutoClose private final Leader leader = new Leader();

  private static PlannedTask lenient(int no) {
    return new PlannedTask(
        no,
        "web",
        "task-" + no,
        new NodeSelector(Optional.of("db"), Optional.empty()),
        new Rollout(true, true, false, 1));
  }

  private void database(String node) {
    leader.service(node, "db", "db-" + node, null);
  }

  private void assertLeftOut(int no, String node, String why) {
    assertThat(leader.result("e1", no).leftOut()).containsExactly(new LeftOut(node, why));
  }

  private void finish(String... nodes) {
    for (String node : nodes) {
      leader.ended("e1", leader.plan("e1").orElseThrow().current(), node, Outcome.success());
    }
    leader.advance();
  }

  @Test
  void a_dead_agent_of_a_task_for_every_node() {
    leader.agent("a");
    leader.agent("b");
    NodeStates.deadAgent(leader.consul, "c");
    leader.given(plan("e1", 1));
    leader.advance();

    assertLeftOut(0, "c", LeftOut.NO_AGENT);
    finish("a", "b");

    assertLeftOut(0, "c", LeftOut.NO_AGENT);
    assertThat(leader.result("e1").status()).isEqualTo(Status.SUCCESS);
    assertThat(leader.result("e1").leftOut())
        .hasValue("task 0 task-0: 2 of 3; c left out: no agent");
  }

  @Test
  void a_failed_node_of_a_task_for_every_node() {
    leader.agent("a");
    leader.agent("b");
    leader.consul.fail("b");
    leader.given(plan("e1", 1));
    leader.advance();
    finish("a");

    assertLeftOut(0, "b", LeftOut.FAILED);
  }

  @Test
  void an_agent_of_which_only_the_presence_is_left() {
    leader.agent("a");
    leader.service("b", "other", "other", null);
    leader.set(leader.keys.presence("b"), Leader.bytes("{}"));
    leader.set(leader.keys.presence("long-gone"), Leader.bytes("{}"));
    leader.given(plan("e1", 1));
    leader.advance();
    finish("a");

    assertLeftOut(0, "b", LeftOut.NO_AGENT);
  }

  @Test
  void unreachable_nodes_of_a_task_that_skips_them() {
    leader.agent("a");
    leader.agent("c");
    List.of("a", "b", "c").forEach(this::database);
    leader.consul.fail("c");
    leader.given(plan("e1", List.of(lenient(0))));
    leader.advance();
    finish("a");

    assertThat(leader.result("e1", 0).leftOut())
        .containsExactly(new LeftOut("b", LeftOut.NO_AGENT), new LeftOut("c", LeftOut.FAILED));
    assertThat(leader.result("e1").leftOut())
        .hasValue("task 0 task-0: 1 of 3; b left out: no agent; c left out: node failed");
  }

  @Test
  void a_task_that_would_leave_out_all_its_nodes_names_them() {
    database("b");
    leader.given(plan("e1", List.of(lenient(0))));
    leader.advance();
    leader.elapse(Duration.ofSeconds(121));
    leader.advance();

    assertLeftOut(0, "b", LeftOut.NO_AGENT);
    assertThat(leader.result("e1", 0).status()).isEqualTo(Status.SKIP);
    assertThat(leader.result("e1", 0).message().orElseThrow())
        .isEqualTo("no node that matches db can take it after 120 s: b left out: no agent");
    assertThat(leader.result("e1").leftOut())
        .hasValue("task 0 task-0: 0 of 1; b left out: no agent");
  }

  @Test
  void a_target_that_does_not_take_a_task_which_skips_such() {
    leader.agent("a");
    leader.agent("b");
    List.of("a", "b").forEach(this::database);
    leader.given(plan("e1", List.of(lenient(0))));
    leader.advance();
    leader.ended("e1", 0, "a", Outcome.success());
    leader.advance();
    leader.elapse(Duration.ofSeconds(121));
    leader.advance();
    leader.advance();

    assertThat(leader.result("e1", 0, "b").status()).isEqualTo(Status.SKIP);
    assertThat(leader.result("e1", 0, "b").reason()).hasValue(Reason.UNREACHABLE);
    assertLeftOut(0, "b", LeftOut.NOT_TAKEN);
    assertThat(leader.result("e1").status()).isEqualTo(Status.SUCCESS);
    assertThat(leader.result("e1").leftOut().orElseThrow()).contains("1 of 2; b left out");
  }

  @Test
  void a_task_that_no_target_takes_has_not_succeeded() {
    leader.agent("b");
    database("b");
    leader.given(plan("e1", List.of(lenient(0))));
    leader.advance();
    leader.advance();
    leader.elapse(Duration.ofSeconds(121));
    leader.advance();
    leader.advance();

    assertThat(leader.result("e1", 0).status()).isEqualTo(Status.SKIP);
    assertThat(leader.result("e1").status()).isEqualTo(Status.SKIP);
  }

  @Test
  void nodes_that_another_failed_node_keeps_from_running() {
    leader.agent("a");
    List.of("a", "b", "c").forEach(this::database);
    leader.consul.fail("c");
    leader.given(plan("e1", List.of(filtered(0, "task-0", "db", null))));
    leader.advance();

    assertThat(leader.result("e1").status()).isEqualTo(Status.ERROR);
    assertThat(leader.result("e1", 0).targets()).containsExactly("c");
    assertThat(leader.result("e1", 0).leftOut())
        .containsExactly(
            new LeftOut("a", LeftOut.NOT_REACHED), new LeftOut("b", LeftOut.NOT_REACHED));
  }

  @Test
  void nodes_that_a_retry_is_not_for() {
    leader.agent("a");
    leader.agent("b");
    Resume resume = new Resume("e0", 0, "web", "task-0", List.of("b"));
    Event event = Leader.event("e1").resuming(resume);
    leader.given(Plan.of(event, Records.NOON, "digest", List.of(task(0, "task-0"))));
    leader.advance();
    finish("b");

    assertLeftOut(0, "a", LeftOut.NOT_AGAIN);
  }

  @Test
  void every_task_that_leaves_somebody_out_is_told_of() {
    leader.agent("a");
    NodeStates.deadAgent(leader.consul, "b");
    leader.given(plan("e1", 3));
    leader.advance();
    finish("a");
    finish("a");
    finish("a");

    assertThat(leader.result("e1").leftOut().orElseThrow())
        .contains("task 0 task-0: 1 of 2;", "task 1 task-1:", "task 2 task-2:");
  }

  @Test
  void nothing_is_told_where_nobody_is_left_out() {
    leader.agent("a");
    leader.given(plan("e1", 1));
    leader.advance();
    finish("a");

    assertThat(leader.result("e1").leftOut()).isEmpty();
    assertThat(leader.result("e1", 0).leftOut()).isEmpty();
  }
}
