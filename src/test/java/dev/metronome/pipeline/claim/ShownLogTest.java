package dev.metronome.pipeline.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Reason;
import dev.metronome.testing.FaultyConsul;
import dev.metronome.testing.Member;
import dev.metronome.testing.Records;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What a task has said so far, shown while it runs. */
class ShownLogTest {

  private static final Outcome FAILED = Outcome.error(Reason.FAILED, "exit code 3");

  @AutoClose private final Node node = new Node();

  @Test
  void a_running_tasks_log_is_shown_as_long_as_its_claim_is_held() throws Exception {
    Member member = node.member();
    Claims claims = node.process(member, "a/1");
    Assignment assignment = Records.assignment("e1", 0);
    assertThat(claims.show("e1.0", "unclaimed\n")).isFalse();
    claims.take(assignment, node.assign(assignment));

    assertThat(claims.show("e1.0", "line\n")).isTrue();
    assertThat(node.log()).isEqualTo("line\n");
    node.faulty.next(1_000, "/v1/session/", FaultyConsul.Fault.FAILING); // it gets no other one
    node.operator.endSession(member.session());
    assertThat(claims.show("e1.0", "line\nof a node without a session\n")).isFalse();
    assertThat(node.log()).isEqualTo("line\n");
  }

  @Test
  void after_its_end_a_task_shows_nothing_more() throws Exception {
    Claims claims = node.running("a/1");
    claims.show("e1.0", "line\n");
    claims.finish("e1.0", FAILED, "line\nend\n");

    assertThat(claims.show("e1.0", "line\n")).isFalse();
    assertThat(node.log()).isEqualTo("line\nend\n");
  }

  @Test
  void what_was_shown_does_not_stand_twice_in_a_late_log() throws Exception {
    Claims claims = node.running("a/1");
    claims.show("e1.0", "begun\n");
    node.operator.commit(
        new Transaction()
            .delete(Records.claim(node.keys, 1, "e1", 0, "a"))
            .delete(node.keys.assignment("a", Keys.COMMON_LANE)));

    assertThat(claims.finish("e1.0", Outcome.success(), "begun\ndone\n"))
        .isEqualTo(Claims.Ending.LATE);

    assertThat(node.log())
        .startsWith("begun\ndone\n20")
        .contains("after the cluster had given it up")
        .containsPattern("\n[0-9T:.-]+[+-]\\d\\d:\\d\\d \\[WARN ] the task ended here as success");
  }

  @Test
  void a_task_of_which_consul_knows_nothing_any_more_was_not_given_up() throws Exception {
    Claims claims = node.running("a/1");
    node.operator.commit(new Transaction().deleteTree(node.keys.prefix()));

    assertThat(claims.finish("e1.0", Outcome.success(), "done\n"))
        .isEqualTo(Claims.Ending.FORGOTTEN);

    assertThat(node.log())
        .startsWith("done\n20")
        .contains("the task ended here as success; Consul has no record of it any more")
        .doesNotContain("given it up");
  }
}
