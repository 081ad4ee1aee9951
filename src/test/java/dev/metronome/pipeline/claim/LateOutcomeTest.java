package dev.metronome.pipeline.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Status;
import dev.metronome.testing.Records;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** An outcome that comes when the cluster has given its task up. */
class LateOutcomeTest {

  @AutoClose private final Node node = new Node();

  @Test
  void what_the_leader_has_ended_stays_and_the_late_outcome_is_told_in_the_log() throws Exception {
    Claims claims = node.running("a/1");
    Claim settled = node.claim().ended(Records.NOON, Outcome.timeout("too long"));
    node.operator.commit(
        new Transaction()
            .set(Records.claim(node.keys, 1, "e1", 0, "a"), Json.write(settled))
            .set(node.keys.result("e1", 0, "a"), Json.write(NodeResult.of(settled))));

    assertThat(claims.finish("e1.0", Outcome.success(), "line\n")).isEqualTo(Claims.Ending.LATE);

    assertThat(node.claim()).isEqualTo(settled);
    assertThat(node.result().status()).isEqualTo(Status.TIMEOUT);
    assertThat(node.log()).contains("line\n").contains("ended here as success");
    assertThat(claims.count()).isZero();
  }

  @Test
  void an_outcome_after_its_task_was_closed_is_late() throws Exception {
    Claims claims = node.running("a/1");
    node.operator.commit(
        new Transaction()
            .deleteTree(Records.claims(node.keys, 1, "e1", 0))
            .delete(node.keys.assignment("a", Keys.COMMON_LANE)));

    assertThat(claims.finish("e1.0", Outcome.success(), "")).isEqualTo(Claims.Ending.LATE);

    assertThat(node.operator.get(Records.claim(node.keys, 1, "e1", 0, "a"))).isEmpty();
  }

  @Test
  void an_outcome_whose_claim_somebody_broke_is_late() throws Exception {
    Claims claims = node.running("a/1");
    node.operator.commit(
        new Transaction()
            .set(Records.claim(node.keys, 1, "e1", 0, "a"), "x".getBytes(StandardCharsets.UTF_8)));

    assertThat(claims.finish("e1.0", Outcome.success(), "")).isEqualTo(Claims.Ending.LATE);
  }
}
