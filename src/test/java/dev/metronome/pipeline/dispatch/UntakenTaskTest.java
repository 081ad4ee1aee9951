package dev.metronome.pipeline.dispatch;

import static dev.metronome.testing.Records.filtered;
import static dev.metronome.testing.Records.plan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.NodeSelector;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Resume;
import dev.metronome.model.record.Rollout;
import dev.metronome.model.record.Share;
import dev.metronome.model.record.Status;
import dev.metronome.testing.NodeStates;
import dev.metronome.testing.Records;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** How long the leader waits for a target that does not take its task. */
class UntakenTaskTest {

  @AutoClose private final Leader leader = new Leader();

  @Test
  void a_target_without_an_agent_is_waited_for_and_ends_as_error_after_the_start_timeout() {
    leader.given(plan("e1", List.of(filtered(0, "task-0", "db", null))));
    leader.service("b", "db", "db1", null);
    leader.advance();
    assertThat(leader.plan("e1").orElseThrow().targets()).containsExactly("b");
    leader.advance();

    leader.elapse(Duration.ofSeconds(119));
    assertThat(leader.advance()).isEmpty();
    leader.elapse(Duration.ofSeconds(2));
    assertThat(leader.advance()).isPresent();
    leader.advance();

    assertThat(leader.result("e1").status()).isEqualTo(Status.ERROR);
    assertThat(leader.result("e1").reason()).hasValue(Reason.UNREACHABLE);
    assertThat(leader.result("e1").message().orElseThrow()).contains("node b");
    assertThat(leader.isAssigned("b", "e1", 0)).isFalse();
  }

  /** The time that a task waited to be opened is not the time that its targets had to take it. */
  @Test
  void the_start_timeout_of_a_target_counts_from_the_opening() {
    leader.given(plan("e1", List.of(filtered(0, "task-0", "db", null))));
    leader.advance();
    leader.elapse(Duration.ofSeconds(118));
    leader.service("b", "db", "db1", null);
    leader.advance();
    assertThat(leader.plan("e1").orElseThrow().isOpen()).isTrue();

    leader.advance();
    leader.elapse(Duration.ofSeconds(60));

    assertThat(leader.advance()).isEmpty();
    leader.elapse(Duration.ofSeconds(61));
    assertThat(leader.advance()).isPresent();
  }

  @Test
  void a_target_that_fails_before_it_took_the_task_ends_as_error() {
    leader.given(plan("e1", 1));
    leader.agent("a");
    leader.agent("b");
    leader.advance();
    leader.ended("e1", 0, "a", Outcome.success());
    leader.advance();

    leader.consul.fail("b");
    leader.elapse(Duration.ofSeconds(5));
    leader.advance();
    leader.advance();

    assertThat(leader.result("e1", 0, "b").reason()).hasValue(Reason.UNREACHABLE);
    assertThat(leader.result("e1").status()).isEqualTo(Status.ERROR);
  }

  /** Decision 60: nobody takes the place of the one that was chosen; a retry chooses anew. */
  @Test
  void one_that_run_on_has_chosen_and_that_does_not_take_it_fails_it_in_time_and_is_not_replaced() {
    Plan plan = plan("e1", List.of(chosen()));
    leader.given(plan);
    List.of("a", "b").forEach(this::agentOfDb);
    leader.advance();
    assertThat(leader.plan("e1").orElseThrow().targets()).containsExactly("a");
    leader.connection.commit(new Transaction().delete(leader.keys.assignment("a", "common")));
    leader.advance();
    leader.elapse(Leader.LIMITS.start());
    leader.advance();
    leader.advance();
    assertThat(leader.result("e1").reason()).hasValue(Reason.UNREACHABLE);
    assertThat(leader.result("e1").message().orElseThrow())
        .contains("node a matches, but no agent there takes the task within 120 s");
    assertThat(leader.isAssigned("b", "e1", 0)).isFalse();

    NodeStates.removeAgent(leader.consul, "a");
    Event retry =
        Records.event("e2").resuming(new Resume("e1", 0, "web", "task-0", List.of(), List.of()));
    leader.given(Plan.of(retry, Records.NOON, "", plan.tasks()));
    leader.elapse(Leader.LOOK);
    leader.advance();
    assertThat(leader.plan("e2").orElseThrow().targets()).containsExactly("b");
  }

  private static PlannedTask chosen() {
    NodeSelector one =
        new NodeSelector(
            Optional.of("db"),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new Share(1, false)),
            Optional.empty());
    return new PlannedTask(0, "web", "task-0", one, new Rollout(true, false, false, 1));
  }

  private void agentOfDb(String node) {
    leader.agent(node);
    leader.service(node, "db", "db1", null);
  }

  @Test
  void a_target_whose_agent_knows_no_slots_is_said_to_need_an_update() {
    leader.given(plan("e1", List.of(filtered(0, "task-0", "db", null))));
    leader.service("b", "db", "db1", null);
    leader.set(
        leader.keys.presence("b"),
        Leader.bytes(
            """
            {"Format":1,"Node":"b","Version":"0.9","Host":"h","Pid":1,\
            "StartedAt":"2026-03-01T12:00:00Z","Incarnation":"b/1","Patterns":{},"Faults":{}}
            """));
    leader.advance();
    leader.advance();
    leader.elapse(Duration.ofSeconds(121));
    leader.advance();
    leader.advance();

    assertThat(leader.result("e1").message().orElseThrow())
        .contains("it says: it is of version 0.9, which does not know this queue; update it");
  }
}
