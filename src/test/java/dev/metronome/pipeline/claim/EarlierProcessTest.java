package dev.metronome.pipeline.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Reason;
import dev.metronome.testing.Background;
import dev.metronome.testing.FaultyConsul;
import dev.metronome.testing.Records;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * A claim that stands already when a process wants the task: of one that is no more, or that lives.
 */
class EarlierProcessTest {

  @AutoClose private final Node node = new Node();

  @Test
  void a_claim_of_an_earlier_process_is_interrupted_after_its_leftovers_have_ended()
      throws Exception {
    Claims claims = node.process("a/2");
    Assignment assignment = Records.assignment("e1", 0);
    long index = node.assign(assignment);
    node.leftBehind(assignment, 1);

    assertThat(claims.take(assignment, index)).isFalse();

    assertThat(node.ended).containsExactly("e1.0");
    assertThat(node.claim().outcome().flatMap(Outcome::reason)).hasValue(Reason.INTERRUPTED);
    assertThat(node.result().reason()).hasValue(Reason.INTERRUPTED);
    assertThat(node.isAssigned()).isFalse();
  }

  @Test
  void a_claim_of_an_earlier_process_waits_while_its_leftovers_run() throws Exception {
    Claims claims = node.process("a/2");
    Assignment assignment = Records.assignment("e1", 0);
    long index = node.assign(assignment);
    node.leftBehind(assignment, 1);
    node.leftoversEnd = false;

    assertThat(claims.take(assignment, index)).isFalse();

    assertThat(node.claim().outcome()).isEmpty();
    assertThat(node.isAssigned()).isTrue();
  }

  @Test
  void a_claim_that_another_living_process_holds_is_left_alone() throws Exception {
    Assignment assignment = Records.assignment("e1", 0);
    long index = node.assign(assignment);
    node.process("a/1").take(assignment, index);

    assertThat(node.process("a/2").take(assignment, index)).isFalse();

    assertThat(node.claim().incarnation()).isEqualTo("a/1");
    assertThat(node.claim().outcome()).isEmpty();
    assertThat(node.ended).isEmpty();
  }

  @Test
  void a_retryable_task_runs_again_until_its_attempts_are_used_up() throws Exception {
    Assignment assignment =
        Assignment.of(Records.event("e1"), Records.retryable(0, "task-0", 2), 1, Records.NOON);
    long index = node.assign(assignment);
    node.leftBehind(assignment, 1);
    Claims second = node.process("a/2");

    assertThat(second.take(assignment, index)).isTrue();
    assertThat(second.attempt("e1.0")).hasValue(2);
    assertThat(node.claim().incarnation()).isEqualTo("a/2");

    node.leftBehind(assignment, 2);
    node.members.get(0).destroySession();
    assertThat(node.process("a/3").take(assignment, index)).isFalse();
    assertThat(node.claim().outcome().flatMap(Outcome::reason)).hasValue(Reason.INTERRUPTED);
  }

  @Test
  void an_agent_that_was_killed_in_the_pause_before_an_attempt_does_not_say_that_it_ran()
      throws Exception {
    Assignment assignment = Records.assignment("e1", 0);
    long index = node.assign(assignment);
    node.leftBehind(
        Claim.running(assignment, "a", "a/earlier", 1, Records.NOON)
            .again("attempt 1 of 3 failed: exit code 1; the next begins at 12:00:10Z"));

    node.process("a/2").take(assignment, index);

    assertThat(node.claim().outcome().flatMap(Outcome::message).orElseThrow())
        .isEqualTo(
            "the agent of node a was restarted before attempt 2 or in it; whether that did its work"
                + " is not known; attempt 1 of 3 failed: exit code 1; the next begins at 12:00:10Z");
  }

  @Test
  void a_process_that_stops_leaves_the_claim_for_its_successor() throws Exception {
    Claims claims = node.running("a/1");
    node.faulty.next(1_000, "\"unlock\"", FaultyConsul.Fault.FAILING);

    Background.run(
        () -> {
          await()
              .until(() -> node.faulty.requests().stream().anyMatch(r -> r.contains("\"unlock\"")));
          claims.close();
        });

    assertThatThrownBy(() -> claims.finish("e1.0", Outcome.success(), ""))
        .isInstanceOf(InterruptedException.class);
    assertThat(node.claim().outcome()).isEmpty();
  }
}
