package dev.metronome.pipeline.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Outcome;
import dev.metronome.testing.FaultyConsul;
import dev.metronome.testing.LogLines;
import dev.metronome.testing.Records;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Who listens to a node's claims hears what became of each, and the log of what waits. */
class ToldClaimsTest {

  @AutoClose private final Node node = new Node();

  @Test
  void that_one_was_taken_tried_again_and_ended() throws Exception {
    Claims claims = node.running("a/1");
    claims.again("e1.0", "attempt 1 of 2 failed");
    claims.finish("e1.0", Outcome.success(), "");

    assertThat(node.heard).containsExactly("taken", "tried", "e1.0 success RECORDED");
  }

  @Test
  void that_an_outcome_came_too_late() throws Exception {
    Claims claims = node.running("a/1");
    node.lost();

    claims.finish("e1.0", Outcome.success(), "");

    assertThat(node.heard).containsExactly("taken", "e1.0 success LATE");
  }

  @Test
  void that_one_of_an_earlier_process_was_ended_in_its_stead() throws Exception {
    Claims claims = node.process("a/2");
    Assignment assignment = Records.assignment("e1", 0);
    long index = node.assign(assignment);
    node.leftBehind(assignment, 1);
    try (LogLines log = LogLines.of(Claims.class)) {
      claims.take(assignment, index);

      assertThat(log.with("claim=e1.0"))
          .containsExactly("WARNING claim=e1.0 state=interrupted recorded=true");
    }
    assertThat(node.heard).containsExactly("e1.0 error inherited");
  }

  @Test
  void nothing_of_an_attempt_that_may_not_begin() throws Exception {
    Claims claims = node.running("a/1");
    node.leftoversEnd = false;

    claims.again("e1.0", "attempt 1 of 2 failed");

    assertThat(node.heard).containsExactly("taken");
  }

  @Test
  void what_waits_for_consul_says_so_once() throws Exception {
    Claims claims = node.running("a/1");
    try (LogLines log = LogLines.of(Claims.class)) {
      node.faulty.next(3, "\"lock\"", FaultyConsul.Fault.FAILING);
      claims.again("e1.0", "attempt 1 of 2 failed");
      assertThat(log.with("attempt=2 waits: ")).hasSize(1);

      node.faulty.next(3, "\"unlock\"", FaultyConsul.Fault.FAILING);
      claims.finish("e1.0", Outcome.success(), "");
      assertThat(log.with("claim=e1.0 state=unrecorded, it will be tried again: ")).hasSize(1);
    }
  }
}
