package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Cancellation;
import dev.metronome.model.record.EndedGate;
import dev.metronome.model.record.EndedNodes;
import dev.metronome.model.record.GateState;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Part;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import dev.metronome.testing.LogLines;
import dev.metronome.testing.Records;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What a gate of health comes to that is not passed in time. */
class FailedGateTest {

  @AutoClose private final GatedTier tier = new GatedTier();
  private final Leader leader = tier.leader;

  @Test
  void a_gate_that_runs_out_ends_the_event_as_error_with_its_own_reason() {
    tier.nodes(3);
    tier.dispatched(GatedTier.gated(null, null, "1"));
    tier.http("n00", "critical");
    tier.succeeded("n00");
    tier.elapse(GatedTier.WITHIN.minusSeconds(1));
    assertThat(leader.plan("e1")).isPresent();
    tier.elapse(Duration.ofSeconds(1));

    assertThat(leader.result("e1").status()).isEqualTo(Status.ERROR);
    assertThat(leader.result("e1").reason()).hasValue(Reason.UNHEALTHY);
    assertThat(leader.result("e1", 0).message().orElse(""))
        .isEqualTo(
            "batch 1 of 3 was not well for 10 s within 300 s: n00: check `http` critical;"
                + " stopped after batch 1 of 3 (max_failures 0), 2 nodes not reached");
    assertThat(leader.result("e1", 0).leftOut())
        .containsExactly(
            new LeftOut("n01", LeftOut.NOT_REACHED), new LeftOut("n02", LeftOut.NOT_REACHED));
    assertThat(leader.result("e1", 0, "n00").status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void a_gate_that_failed_is_undone_like_any_failure_on_the_nodes_that_ran_it() {
    tier.nodes(3);
    Plan ordered = GatedTier.plan(Records.event("e1"), GatedTier.gated(null, null, "1"));
    PlannedTask undo =
        new PlannedTask(
            1,
            "web",
            "install",
            Optional.of(Part.UNDO),
            Optional.of(0),
            ordered.head().nodes(),
            ordered.head().rollout(),
            BatchesTest.batching(null, null, "1"));
    leader.dispatched(
        Plan.of(ordered.event(), Records.NOON, "web:0", List.of(ordered.head(), undo)));
    tier.succeeded("n00");
    tier.elapse(GatedTier.FOR);
    tier.http("n01", "critical");
    tier.succeeded("n01");
    tier.elapse(GatedTier.WITHIN);
    assertThat(leader.result("e1", 0).reason()).hasValue(Reason.UNHEALTHY);
    for (String node : List.of("n01", "n00")) {
      assertThat(leader.isAssigned(node, "e1", 1)).as("batches, the last first").isTrue();
      leader.ended("e1", 1, node, Outcome.success());
      tier.advance();
    }
    assertThat(leader.result("e1").reason()).hasValue(Reason.UNHEALTHY);
    assertThat(leader.result("e1").message().orElse("")).endsWith("undone: task 0 install");
    assertThat(leader.isAssigned("n02", "e1", 1)).isFalse();
  }

  @Test
  void max_failures_counts_a_gate_that_failed_like_a_node() {
    tier.nodes(4);
    tier.dispatched(GatedTier.gated("1", null, "1"));
    tier.http("n00", "critical");
    tier.succeeded("n00");
    tier.elapse(GatedTier.WITHIN);
    assertThat(tier.isOpen("n01")).isTrue();

    tier.ended(GatedTier.FAILED, "n01");
    assertThat(tier.isOpen("n02")).as("one failure too many").isFalse();
    assertThat(leader.result("e1").status()).isEqualTo(Status.ERROR);
    assertThat(leader.result("e1", 0).leftOut()).hasSize(2);
  }

  @Test
  void a_gate_that_failed_and_was_allowed_to_makes_the_event_an_error_in_the_end() {
    tier.nodes(2);
    tier.dispatched(GatedTier.gated("100%", null, "1"));
    tier.http("n00", "critical");
    tier.succeeded("n00");
    tier.elapse(GatedTier.WITHIN);
    tier.http("n01", "critical");
    tier.succeeded("n01");
    assertThat(leader.result("e1").status())
        .as("the last batch has its gate")
        .isEqualTo(Status.INPROGRESS);
    tier.http("n01", "passing");
    tier.elapse(Duration.ofSeconds(1));
    tier.elapse(GatedTier.FOR);
    assertThat(leader.result("e1").reason()).hasValue(Reason.UNHEALTHY);
    assertThat(leader.result("e1", 0).message().orElse("")).contains("n00: check `http` critical");
  }

  @Test
  void each_gate_that_failed_says_why_in_the_message_and_in_the_log() {
    tier.nodes(3);
    tier.dispatched(GatedTier.gated("100%", null, "1"));
    try (LogLines log = LogLines.below("dev.metronome.leader")) {
      for (String node : List.of("n00", "n01")) {
        tier.http(node, "critical");
        tier.succeeded(node);
        tier.elapse(GatedTier.WITHIN);
      }
      assertThat(log.with("state=gate-failed"))
          .satisfiesExactly(
              first -> assertThat(first).contains("n00: check `http` critical"),
              second -> assertThat(second).contains("n01: check `http` critical"));
    }
    tier.ended(GatedTier.FAILED, "n02");
    assertThat(leader.result("e1", 0).message().orElse(""))
        .isEqualTo(
            "on n02: exit status 1; 2 gates failed: batch 1 of 3 was not well for 10 s within 300"
                + " s: n00: check `http` critical; batch 2 of 3 was not well for 10 s within 300 s:"
                + " n01: check `http` critical");
  }

  @Test
  void of_many_gates_that_failed_the_first_five_say_why() {
    Plan plan = GatedTier.plan(Records.event("e1"), GatedTier.gated("100%", null, "1"));
    List<List<String>> nodes = IntStream.range(0, 8).mapToObj(no -> List.of("n" + no)).toList();
    Plan open = plan.openInBatches(Records.NOON, nodes, List.of());
    for (int no = 1; no <= 7; no++) {
      String why = "batch " + no;
      Plan failed = open.atGate(Records.NOON).gateFailed(why);
      open =
          failed.gateEnded(Records.NOON, Optional.of(why)).openBatch(Records.NOON, EndedNodes.NONE);
    }
    GateState state = open.gate().orElseThrow();
    assertThat(Outcomes.ofGates(state).orElseThrow())
        .startsWith("7 gates failed: batch 1; batch 2; ")
        .endsWith("; batch 5; and 2 more");
  }

  @Test
  void a_node_that_has_failed_counts_as_that_and_its_health_is_not_waited_for() {
    tier.nodes(3);
    tier.dispatched(GatedTier.gated("1", null, "2"));
    tier.http("n00", "critical");
    leader.ended("e1", 0, "n00", GatedTier.FAILED);
    tier.succeeded("n01");
    tier.elapse(GatedTier.FOR);
    assertThat(tier.isOpen("n02")).isTrue();
  }

  @Test
  void a_cancellation_at_the_gate_ends_the_task_at_once_as_cancelled() {
    tier.nodes(1);
    tier.dispatched(GatedTier.gated(null, null));
    tier.succeeded("n00");
    leader.given(
        leader
            .plan("e1")
            .orElseThrow()
            .cancel(new Cancellation("me", Records.NOON, Optional.empty())));
    tier.advance();
    assertThat(leader.result("e1").reason()).hasValue(Reason.CANCELLED);
    assertThat(leader.result("e1", 0).status()).as("not proven").isEqualTo(Status.ERROR);
  }

  @Test
  void what_each_gate_came_to_and_when_stands_in_the_result() {
    tier.nodes(3);
    tier.dispatched(GatedTier.gated("100%", null, "1"));
    tier.succeeded("n00");
    tier.elapse(GatedTier.FOR);
    tier.http("n01", "critical");
    tier.succeeded("n01");
    tier.elapse(GatedTier.WITHIN);
    tier.succeeded("n02");
    tier.elapse(GatedTier.FOR);

    Instant first = Records.NOON.plus(GatedTier.FOR);
    Instant second = first.plus(GatedTier.WITHIN);
    List<EndedGate> gates = leader.result("e1", 0).gates();
    assertThat(gates.get(0))
        .isEqualTo(new EndedGate(1, Status.SUCCESS, Records.NOON, first, Optional.empty()));
    assertThat(gates.get(1).status()).isEqualTo(Status.ERROR);
    assertThat(gates.get(1).startedAt()).isEqualTo(first);
    assertThat(gates.get(1).finishedAt()).isEqualTo(second);
    assertThat(gates.get(1).message().orElseThrow()).contains("n01: check `http` critical");
    assertThat(gates.get(2))
        .isEqualTo(
            new EndedGate(3, Status.SUCCESS, second, second.plus(GatedTier.FOR), Optional.empty()));
    assertThat(gates).hasSize(3);
  }

  @Test
  void of_many_gates_the_newest_stand_in_the_plan() {
    List<List<String>> batches = IntStream.range(0, 150).mapToObj(i -> List.of("n" + i)).toList();
    Plan plan =
        GatedTier.plan(Records.event("e1"), GatedTier.gated(null, null, "1"))
            .openInBatches(Records.NOON, batches, List.of());
    for (int i = 0; i < 149; i++) {
      plan = plan.atGate(Records.NOON).gateEnded(Records.NOON, Optional.empty());
      plan = plan.openBatch(Records.NOON, EndedNodes.NONE);
    }
    List<EndedGate> ended = plan.gate().orElseThrow().ended();
    assertThat(ended).hasSize(100);
    assertThat(ended.get(99).batch()).isEqualTo(149);
    assertThat(Json.read("k", Json.write(plan), Plan.class)).isEqualTo(plan);
  }

  @Test
  void a_plan_of_a_thousand_targets_at_its_gate_fits() {
    List<String> names = IntStream.range(0, 1_000).mapToObj("app-server-%06d"::formatted).toList();
    Plan open =
        GatedTier.plan(Records.event("e1"), GatedTier.gated(null, "50%"))
            .openInBatches(Records.NOON, List.of(names), List.of())
            .atGate(Records.NOON)
            .gateFailed("app-server-000001: check `http` critical, and 999 more");
    assertThat(Json.write(open).length).isLessThan(40_000);
    assertThat(Json.read("k", Json.write(open), Plan.class)).isEqualTo(open);
    assertThat(open.gateNodes()).hasSize(1_000);
  }
}
