package dev.metronome.pipeline.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Status;
import dev.metronome.testing.FaultyConsul;
import dev.metronome.testing.Member;
import dev.metronome.testing.Records;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Transaction <em>claim</em>: of all that want a task, one takes it, once. */
@Tag("consul")
class TakingTest {

  @AutoClose private final Node node = new Node();

  @Test
  void taking_a_task_claims_it_with_the_nodes_session() throws Exception {
    Member member = node.member();
    Claims claims = node.process(member, "a/1");
    Assignment assignment = Records.assignment("e1", 0);

    assertThat(claims.take(assignment, node.assign(assignment))).isTrue();

    assertThat(node.claimEntry().isLockedBy(member.session())).isTrue();
    assertThat(node.claim().incarnation()).isEqualTo("a/1");
    assertThat(node.claim().attempt()).isEqualTo(1);
    assertThat(node.result().status()).isEqualTo(Status.INPROGRESS);
    assertThat(claims.attempt("e1.0")).hasValue(1);
    assertThat(claims.count()).isEqualTo(1);
  }

  @Test
  void of_two_processes_that_race_one_takes_each_task() throws Exception {
    Claims one = node.process("a/1");
    Claims two = node.process("a/2");
    ExecutorService racers = Executors.newFixedThreadPool(2);
    try {
      for (int i = 0; i < 25; i++) {
        Assignment assignment = Records.assignment("race" + i, 0);
        long index = node.assign(assignment);
        List<Callable<Boolean>> both =
            List.of(() -> one.take(assignment, index), () -> two.take(assignment, index));
        int taken = 0;
        for (Future<Boolean> each : racers.invokeAll(both)) {
          taken += each.get() ? 1 : 0;
        }
        assertThat(taken).as("race %d", i).isEqualTo(1);
      }
    } finally {
      racers.shutdownNow();
    }
  }

  @Test
  void a_task_is_not_taken_twice_by_one_process() throws Exception {
    Claims claims = node.process("a/1");
    Assignment assignment = Records.assignment("e1", 0);
    long index = node.assign(assignment);
    claims.take(assignment, index);

    assertThat(claims.take(assignment, index)).isFalse();
  }

  @Test
  void a_task_that_was_unassigned_or_assigned_anew_is_not_taken() throws Exception {
    Claims claims = node.process("a/1");
    Assignment assignment = Records.assignment("e1", 0);
    long old = node.assign(assignment);
    node.operator.commit(
        new Transaction()
            .set(
                node.keys.assignment("a", Keys.COMMON_LANE),
                Json.write(Records.assignment("e1", 1))));
    assertThat(claims.take(assignment, old)).isFalse();

    node.operator.commit(new Transaction().delete(node.keys.assignment("a", Keys.COMMON_LANE)));
    assertThat(claims.take(assignment, old)).isFalse();

    assertThat(node.operator.get(Records.claim(node.keys, 1, "e1", 0, "a"))).isEmpty();
    assertThat(node.operator.get(node.keys.result("e1", 0, "a"))).isEmpty();
    assertThat(claims.count()).isZero();
  }

  @Test
  void a_claim_whose_reply_was_lost_is_recognised_as_the_own() throws Exception {
    Claims claims = node.process("a/1");
    Assignment assignment = Records.assignment("e1", 0);
    long index = node.assign(assignment);
    node.faulty.next(1, "\"lock\"", FaultyConsul.Fault.REPLY_LOST);

    // The client sends it again by itself where it had used the connection before.
    boolean taken;
    try {
      taken = claims.take(assignment, index);
    } catch (ConsulUnavailableException e) {
      taken = claims.take(assignment, index);
    }

    assertThat(taken).isTrue();
    assertThat(claims.finish("e1.0", Outcome.success(), "")).isEqualTo(Claims.Ending.RECORDED);
  }
}
