package dev.metronome.pipeline.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Outcome;
import dev.metronome.testing.Background;
import dev.metronome.testing.FaultyConsul;
import dev.metronome.testing.Member;
import dev.metronome.testing.Records;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A node that lost its session while a task runs locks the claim again. */
class RelockingTest {

  @AutoClose private final Node node = new Node();

  @Test
  void a_running_task_is_locked_again_with_the_next_session() throws Exception {
    Member member = node.member();
    Claims claims = node.running(member, "a/1");

    String lost = member.destroySession();
    assertThat(node.claimEntry().isLockedBy(lost)).isFalse();
    member.sessions().suspect();

    await().until(() -> node.claimEntry().isLocked());
    assertThat(node.claimEntry().isLockedBy(lost)).isFalse();
    assertThat(claims.finish("e1.0", Outcome.success(), "")).isEqualTo(Claims.Ending.RECORDED);
  }

  @Test
  void a_running_task_is_locked_again_though_consul_fails_at_that_moment() throws Exception {
    Member member = node.member();
    node.running(member, "a/1");
    node.faulty.next(
        2,
        Records.claim(node.keys, 1, "e1", 0, "a").replace("/", "%2F"),
        FaultyConsul.Fault.FAILING);

    member.destroySession();
    member.sessions().suspect();

    await().until(() -> node.claimEntry().isLocked());
  }

  @Test
  void a_task_that_ends_without_a_lock_is_locked_first_and_then_recorded() throws Exception {
    Member member = node.member();
    Claims claims = node.running(member, "a/1");

    member.destroySession();

    Background.run(member.sessions()::suspect);
    assertThat(claims.finish("e1.0", Outcome.success(), "")).isEqualTo(Claims.Ending.RECORDED);
  }

  @Test
  void a_claim_whose_reply_was_lost_and_its_session_with_it_is_locked_by_the_next()
      throws Exception {
    Member member = node.member();
    Claims claims = node.process(member, "a/1");
    Assignment assignment = Records.assignment("e1", 0);
    long index = node.assign(assignment);
    node.faulty.next(Integer.MAX_VALUE, "\"lock\"", FaultyConsul.Fault.REPLY_LOST);
    assertThatThrownBy(() -> claims.take(assignment, index))
        .isInstanceOf(ConsulUnavailableException.class);
    node.faulty.heal();
    String lost = member.destroySession();
    member.sessions().suspect();
    await().until(() -> member.sessions().current().filter(id -> !id.equals(lost)).isPresent());

    assertThat(claims.take(assignment, index)).isTrue();

    await().until(() -> node.claimEntry().isLockedBy(member.session()));
    assertThat(claims.finish("e1.0", Outcome.success(), "")).isEqualTo(Claims.Ending.RECORDED);
  }
}
