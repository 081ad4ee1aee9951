package dev.metronome.model.record;

import static dev.metronome.testing.Records.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.testing.Records;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How a plan says where its head task is: the batches that are open, and their gates. */
class PlanBatchesTest {

  private static final Instant LATER = NOON.plusSeconds(60);
  private static final Batching GATED =
      new Batching(
          List.of(new Share(1, false)),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.of(new HealthGate(10, 300, Optional.empty())));

  private static PlannedTask task(
      int no, String name, Optional<Part> part, Optional<Integer> undoes, Batching batching) {
    return new PlannedTask(
        no,
        "web",
        name,
        part,
        undoes,
        new NodeSelector(Optional.empty(), Optional.empty()),
        new Rollout(true, false, false, 1),
        batching);
  }

  private static Plan gated() {
    return Records.plan(
        "e1", List.of(task(0, "install", Optional.empty(), Optional.empty(), GATED)));
  }

  @Test
  void batches_open_one_after_another_and_those_that_have_ended_are_awaited_no_more() {
    Plan first =
        Records.plan("e1", 1)
            .openInBatches(NOON, List.of(List.of("a", "b"), List.of("c"), List.of("d")), List.of());
    assertThat(first.batch().orElseThrow())
        .isEqualTo(new BatchPlace(1, 3, List.of(2), Optional.of(NOON)));
    assertThat(first.newestBatch()).containsExactly("a", "b");
    assertThat(first.awaited()).containsExactly("a", "b");
    assertThat(first.notReached()).containsExactly("c", "d");

    EndedNodes two =
        EndedNodes.NONE.and(List.of("a", "b"), node -> Outcome.success(), node -> true);
    Plan second = first.openBatch(LATER, two);
    assertThat(second.targets()).containsExactly("a", "b", "c");
    assertThat(second.openedAt()).hasValue(NOON);
    assertThat(second.batch().orElseThrow())
        .isEqualTo(new BatchPlace(2, 3, List.of(2, 1), Optional.of(LATER)))
        .hasToString("batch 2 of 3");
    assertThat(second.newestBatch()).containsExactly("c");
    assertThat(second.awaited()).containsExactly("c");
    assertThat(second.later()).containsExactly(List.of("d"));
    assertThat(second.batch().orElseThrow().numbers(second.targets()))
        .isEqualTo(Map.of("a", 1, "b", 1, "c", 2));
    assertThat(second.format()).isEqualTo(Format.ENDED_BATCHES);
  }

  @Test
  void all_nodes_at_once_are_in_no_batch() {
    Plan open = Records.plan("e1", 1).open(NOON, List.of("a", "b"));

    assertThat(open.batch()).isEmpty();
    assertThat(open.newestBatch()).containsExactly("a", "b");
    assertThat(open.notReached()).isEmpty();
    assertThat(open.format()).isEqualTo(Format.SLOTS);
  }

  @Test
  void a_gate_is_waited_at_until_its_time_is_up_and_tells_how_it_ended() {
    Plan open = gated().openInBatches(NOON, List.of(List.of("a"), List.of("b")), List.of());
    assertThat(open.gate()).hasValue(GateState.BEFORE);

    Plan waiting = open.atGate(LATER).waiting(LATER.plusSeconds(5), Optional.of("a: critical"));
    assertThat(waiting.gate().orElseThrow().waiting())
        .hasValue(
            new GateWait(LATER.plusSeconds(300), LATER.plusSeconds(5), Optional.of("a: critical")));
    assertThat(waiting.isGateFailed()).isFalse();

    Plan failed = waiting.gateFailed("a is not well").gateEnded(LATER, Optional.of("not well"));
    assertThat(failed.isGateFailed()).isTrue();
    assertThat(failed.gate().orElseThrow().failures()).isEqualTo(1);
    assertThat(failed.gate().orElseThrow().reasons()).containsExactly("a is not well", "not well");
    assertThat(failed.gate().orElseThrow().ended())
        .containsExactly(new EndedGate(1, Status.ERROR, LATER, LATER, Optional.of("not well")));
    assertThat(failed.openBatch(LATER, EndedNodes.NONE))
        .returns(false, Plan::isGateFailed)
        .returns(List.of("a", "b"), Plan::unproven)
        .extracting(plan -> plan.gate().orElseThrow().waiting())
        .isEqualTo(Optional.empty());

    Plan passed = waiting.gateEnded(LATER.plusSeconds(9), Optional.empty());
    assertThat(passed.gate().orElseThrow().ended())
        .containsExactly(
            new EndedGate(1, Status.SUCCESS, LATER, LATER.plusSeconds(9), Optional.empty()));
    assertThat(passed.gate().orElseThrow().reasons()).isEmpty();
    assertThat(passed.openBatch(LATER, EndedNodes.NONE).unproven()).containsExactly("b");
  }

  @Test
  void before_the_first_batch_of_a_retry_those_are_to_be_well_that_had_stopped_the_event() {
    Event retry =
        Records.event("e2")
            .resuming(new Resume("e1", 0, "web", "install", List.of("c"), List.of("a", "b")));
    Plan plan = Plan.of(retry, NOON, "d", gated().tasks());

    Plan gate = plan.openAtGate(LATER, List.of(List.of("c")), List.of());
    assertThat(gate.isOpen()).isTrue();
    assertThat(gate.targets()).isEmpty();
    assertThat(gate.gateNodes()).containsExactly("a", "b");
    assertThat(gate.unproven()).containsExactly("a", "b");
    assertThat(gate.gate().orElseThrow().waiting().orElseThrow().until())
        .isEqualTo(LATER.plusSeconds(300));
    Plan failed = gate.gateFailed("no");
    assertThat(failed.gate().orElseThrow().failed()).containsExactly(0);
    assertThat(failed.openBatch(LATER, EndedNodes.NONE).unproven()).containsExactly("a", "b", "c");
    assertThat(Records.plan("e1", 1).openAtGate(LATER, List.of(List.of("c")), List.of()).gate())
        .as("where there is none")
        .isEmpty();
  }

  @Test
  void the_newest_gates_are_kept_and_a_reason_once() {
    GateState state = GateState.BEFORE.failed(1, "first").failed(2, "second");
    for (int no = 1; no <= GateState.MOST + 1; no++) {
      String why = no == 3 ? "passed later" : "second";
      state = state.ended(new EndedGate(no, Status.ERROR, NOON, NOON, Optional.of(why)));
    }

    assertThat(state.ended()).hasSize(GateState.MOST);
    assertThat(state.ended().get(0).batch()).isEqualTo(2);
    assertThat(state.why()).hasValue("first");
    assertThat(state.reasons()).containsExactly("first", "second");
    assertThat(state.failures()).isEqualTo(2);
  }
}
