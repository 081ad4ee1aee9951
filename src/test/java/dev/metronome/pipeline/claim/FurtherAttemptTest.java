package dev.metronome.pipeline.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import dev.metronome.testing.Background;
import dev.metronome.testing.FaultyConsul;
import dev.metronome.testing.Member;
import dev.metronome.testing.Records;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A further attempt at a task is counted in its claim before it begins. */
class FurtherAttemptTest {

  private static final String WHY = "attempt 1 of 3 failed: exit code 4";

  @AutoClose private final Node node = new Node();

  @Test
  void it_stands_in_claim_and_result_with_the_reason_while_the_claim_stays_locked()
      throws Exception {
    Claims claims = node.running("a/1");
    Claim first = node.claim();

    assertThat(claims.again("e1.0", WHY)).isTrue();

    assertThat(claims.attempt("e1.0")).hasValue(2);
    assertThat(node.claimEntry().isLocked()).isTrue();
    assertThat(node.claim()).isEqualTo(first.again(WHY));
    assertThat(node.result().status()).isEqualTo(Status.INPROGRESS);
    assertThat(node.result().attempt()).hasValue(2);
    assertThat(node.result().message()).hasValue(WHY);
    assertThat(node.ended).as("what it left was ended first").containsExactly("e1.0");

    claims.finish("e1.0", Outcome.success(), "");
    assertThat(node.result().attempt()).hasValue(2);
    assertThat(node.result().message()).isEmpty();
  }

  @Test
  void none_begins_while_processes_of_the_one_before_live() throws Exception {
    Claims claims = node.running("a/1");
    node.leftoversEnd = false;

    assertThat(claims.again("e1.0", WHY)).isFalse();
    assertThat(node.claim().attempt()).isEqualTo(1);
  }

  @Test
  void none_begins_when_the_cluster_has_given_the_task_up() throws Exception {
    Claims claims = node.running("a/1");
    node.lost();

    assertThat(claims.again("e1.0", WHY)).isFalse();
    assertThat(claims.finish("e1.0", Outcome.success(), "")).isEqualTo(Claims.Ending.LATE);
    assertThat(node.result().reason()).hasValue(Reason.LOST);
  }

  @Test
  void it_is_counted_once_though_the_answer_is_lost() throws Exception {
    Claims claims = node.running("a/1");
    node.faulty.next(1, "\"lock\"", FaultyConsul.Fault.REPLY_LOST);

    assertThat(claims.again("e1.0", WHY)).isTrue();

    assertThat(node.claim().attempt()).isEqualTo(2);
    assertThat(claims.finish("e1.0", Outcome.success(), "")).isEqualTo(Claims.Ending.RECORDED);
  }

  @Test
  void it_is_counted_by_the_next_session_if_the_first_is_lost() throws Exception {
    Member member = node.member();
    Claims claims = node.running(member, "a/1");
    member.destroySession();
    Background.run(member.sessions()::suspect);

    assertThat(claims.again("e1.0", WHY)).isTrue();

    assertThat(node.claimEntry().isLockedBy(member.session())).isTrue();
    assertThat(claims.finish("e1.0", Outcome.success(), "")).isEqualTo(Claims.Ending.RECORDED);
  }

  @Test
  void an_agent_that_stops_does_not_wait_for_it() throws Exception {
    Claims claims = node.running("a/1");
    node.faulty.next(Integer.MAX_VALUE, "\"lock\"", FaultyConsul.Fault.FAILING);

    Background.run(claims::close);

    assertThatThrownBy(() -> claims.again("e1.0", WHY)).isInstanceOf(InterruptedException.class);
  }

  @Test
  void after_a_crash_the_count_goes_on() throws Exception {
    Event event = Records.event("e1");
    Assignment assignment =
        Assignment.of(event, Records.retryable(0, "task-0", 3), 1, Records.NOON);
    Member first = node.member();
    Claims claims = node.process(first, "a/1");
    long index = node.assign(assignment);
    claims.take(assignment, index);
    claims.again("e1.0", WHY);
    first.destroySession();
    Claims next = node.process("a/2");

    assertThat(next.take(assignment, index)).isTrue();

    assertThat(next.attempt("e1.0")).hasValue(3);
  }
}
