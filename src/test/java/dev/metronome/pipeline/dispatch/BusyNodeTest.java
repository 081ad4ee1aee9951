package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Reason;
import dev.metronome.testing.Records;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node that is at work for another lane: it does one task at a time. */
class BusyNodeTest {

  @AutoClose private final Leader leader = new Leader();

  private final Plan other =
      Records.plan("e2", 1).inSlot("db").open(Records.NOON, List.of("a")).in(1);

  @BeforeEach
  void assign() {
    leader.agent("a");
    Plan own = Records.plan("e1", 1).open(Records.NOON, List.of("a")).in(1);
    leader.given(own);
    leader.set(
        leader.keys.assignment("a", own.slot()), Json.write(Assignment.of(own, Records.NOON)));
    leader.set(leader.keys.plan("db"), Json.write(other));
    Claim claim = Claim.running(Assignment.of(other, Records.NOON), "a", "a/1", 1, Records.NOON);
    leader.connection.commit(
        new Transaction()
            .lock(leader.keys.claim(other, "a"), Json.write(claim), leader.member.session()));
  }

  private void end() {
    leader.connection.commit(
        new Transaction().delete(leader.keys.claim(other, "a")).delete(leader.keys.plan("db")));
  }

  @Test
  void it_is_not_late_as_long_as_it_is_busy_and_has_its_whole_time_then() {
    leader.advance();
    leader.elapse(Limits.DEFAULT.finish().multipliedBy(2));
    assertThat(leader.advance()).as("neither unreachable nor overdue").isEmpty();

    end();
    assertThat(leader.advance()).isEmpty();
    leader.elapse(Limits.DEFAULT.start().minusSeconds(1));
    assertThat(leader.advance()).isEmpty();
    leader.elapse(Duration.ofSeconds(1));
    leader.advance();
    assertThat(leader.result("e1", 0, "a").reason()).hasValue(Reason.UNREACHABLE);
  }

  @Test
  void its_time_to_end_the_task_begins_when_it_is_free() {
    leader.advance();
    leader.elapse(Limits.DEFAULT.finish().minusSeconds(10));
    assertThat(leader.advance()).isEmpty();
    end();
    leader.claimed("e1", 0, "a");

    leader.elapse(Limits.DEFAULT.finish().minusSeconds(1));
    assertThat(leader.advance()).isEmpty();
    leader.elapse(Duration.ofSeconds(1));
    leader.advance();
    assertThat(leader.result("e1", 0, "a").reason()).hasValue(Reason.TIMEOUT);
  }
}
