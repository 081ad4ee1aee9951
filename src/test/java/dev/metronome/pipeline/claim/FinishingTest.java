package dev.metronome.pipeline.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import dev.metronome.testing.Background;
import dev.metronome.testing.FaultyConsul;
import dev.metronome.testing.Records;
import dev.metronome.testing.Unhurried;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Transaction <em>finish</em>: the outcome that a task had is recorded, once. */
class FinishingTest {

  private static final Duration PATIENCE = Unhurried.PATIENCE;
  private static final Outcome FAILED = Outcome.error(Reason.FAILED, "exit code 3");

  @AutoClose private final Node node = new Node();

  @Test
  void finishing_records_outcome_result_and_log_and_empties_the_queue() throws Exception {
    Claims claims = node.running("a/1");

    assertThat(claims.finish("e1.0", FAILED, "line\n")).isEqualTo(Claims.Ending.RECORDED);

    assertThat(node.claimEntry().isLocked()).isFalse();
    assertThat(node.claim().outcome()).hasValue(FAILED);
    assertThat(node.result().status()).isEqualTo(Status.ERROR);
    assertThat(node.result().finishedAt()).isPresent();
    assertThat(node.log()).isEqualTo("line\n");
    assertThat(node.isAssigned()).isFalse();
    assertThat(claims.attempt("e1.0")).isEmpty();
  }

  @Test
  void a_finish_whose_reply_was_lost_is_recognised_as_the_own() throws Exception {
    Claims claims = node.running("a/1");
    node.faulty.next(1, "\"unlock\"", FaultyConsul.Fault.REPLY_LOST);

    assertThat(claims.finish("e1.0", FAILED, "line\n")).isEqualTo(Claims.Ending.RECORDED);

    assertThat(node.log()).isEqualTo("line\n");
  }

  @Test
  void a_finish_whose_reply_was_lost_is_not_late_though_the_leader_has_closed_the_task_since()
      throws Exception {
    Claims claims = node.running("a/1");
    node.faulty.next(Integer.MAX_VALUE, "\"unlock\"", FaultyConsul.Fault.REPLY_LOST);
    CompletableFuture<Claims.Ending> ending = finishing(claims);
    await().until(() -> !node.isAssigned());

    node.operator.commit(
        new Transaction("close").deleteTree(Records.claims(node.keys, 1, "e1", 0)));
    node.faulty.heal();

    assertThat(ending).succeedsWithin(PATIENCE).isEqualTo(Claims.Ending.RECORDED);
    assertThat(node.log()).isEqualTo("line\n");
  }

  @Test
  void a_finish_is_tried_until_it_stands_with_the_outcome_that_the_task_had() throws Exception {
    for (FaultyConsul.Fault fault :
        List.of(FaultyConsul.Fault.FAILING, FaultyConsul.Fault.DENIED)) {
      Claims claims = node.running("a/" + fault);
      node.faulty.next(3, "\"unlock\"", fault);

      assertThat(claims.finish("e1.0", FAILED, ""))
          .as("%s", fault)
          .isEqualTo(Claims.Ending.RECORDED);

      assertThat(node.claim().outcome()).hasValue(FAILED);
      node.operator.commit(
          new Transaction()
              .deleteTree(Records.claims(node.keys, 1, "e1", 0))
              .deleteTree(node.keys.result("e1")));
    }
  }

  @Test
  void what_is_being_recorded_runs_no_more_though_it_is_still_claimed() throws Exception {
    Claims claims = node.running("a/1");
    assertThat(claims.running()).extracting(Assignment::taskId).containsExactly("e1.0");
    node.faulty.next(Integer.MAX_VALUE, "\"unlock\"", FaultyConsul.Fault.REPLY_LOST);
    CompletableFuture<Claims.Ending> ending = finishing(claims);
    await().until(() -> !node.isAssigned());

    assertThat(claims.running()).isEmpty();
    assertThat(claims.count()).isEqualTo(1);

    node.faulty.heal();
    assertThat(ending).succeedsWithin(PATIENCE).isEqualTo(Claims.Ending.RECORDED);
    assertThat(claims.count()).isZero();
  }

  @Test
  void whoever_stops_can_wait_until_nothing_is_claimed_any_more() throws Exception {
    Claims claims = node.running("a/1");

    assertThat(claims.awaitNone(Duration.ofMillis(20))).isFalse();
    CompletableFuture<Boolean> waiting = new CompletableFuture<>();
    Background.run(
        () -> {
          try {
            waiting.complete(claims.awaitNone(PATIENCE));
          } catch (InterruptedException e) {
            waiting.completeExceptionally(e);
          }
        });
    claims.finish("e1.0", FAILED, "");

    assertThat(waiting).succeedsWithin(PATIENCE).isEqualTo(true);
  }

  private static CompletableFuture<Claims.Ending> finishing(Claims claims) {
    CompletableFuture<Claims.Ending> ending = new CompletableFuture<>();
    Background.run(
        () -> {
          try {
            ending.complete(claims.finish("e1.0", FAILED, "line\n"));
          } catch (InterruptedException e) {
            ending.completeExceptionally(e);
          }
        });
    return ending;
  }
}
