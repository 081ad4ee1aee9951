package dev.metronome.pipeline.dispatch;

import static dev.metronome.testing.Records.plan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.NodeSelector;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Rollout;
import dev.metronome.model.record.Status;
import dev.metronome.testing.Records;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** How long the leader waits for a node that has taken its task, by a clock that the test sets. */
class UnendedTaskTest {

  /** From its start until an agent on a busy machine has locked its claim again. */
  private static final Duration SLOW_START = Duration.ofSeconds(30);

  @AutoClose private final Leader leader = new Leader();

  @Test
  void a_task_that_runs_too_long_times_out_on_the_nodes_that_have_not_ended() {
    leader.given(plan("e1", 1).open(Records.NOON, List.of("a", "b")));
    leader.ended("e1", 0, "a", Outcome.success());
    leader.claimed("e1", 0, "b");
    leader.advance();

    leader.elapse(Duration.ofSeconds(3_599));
    assertThat(leader.advance()).isEmpty();
    leader.elapse(Duration.ofSeconds(2));
    leader.advance();
    leader.advance();

    assertThat(leader.result("e1", 0, "a").status()).isEqualTo(Status.SUCCESS);
    assertThat(leader.result("e1", 0, "b").status()).isEqualTo(Status.TIMEOUT);
    assertThat(leader.result("e1").status()).isEqualTo(Status.TIMEOUT);
  }

  @Test
  void a_claim_without_a_lock_is_lost_after_five_seconds() {
    leader.given(plan("e1", 1).open(Records.NOON, List.of("a")));
    leader.orphaned("e1", 0, "a");
    leader.advance();

    leader.elapse(Duration.ofMillis(4_900));
    assertThat(leader.advance()).isEmpty();
    leader.elapse(Duration.ofMillis(200));
    leader.advance();
    leader.advance();

    assertThat(leader.result("e1", 0, "a").reason()).hasValue(Reason.LOST);
    assertThat(leader.result("e1").status()).isEqualTo(Status.ERROR);
    assertThat(leader.result("e1").message().orElseThrow()).contains("a/1");
  }

  @Test
  void a_retryable_claim_outlives_the_restart_of_its_agent_by_the_unit() throws IOException {
    leader.given(
        plan("e1", List.of(Records.retryable(0, "import", 2))).open(Records.NOON, List.of("a")));
    leader.orphaned("e1", 0, "a");
    leader.advance();

    leader.elapse(restartSeconds().plus(SLOW_START));
    assertThat(leader.advance()).isEmpty();
    leader.elapse(Duration.ofSeconds(60));
    leader.advance();
    leader.advance();

    assertThat(leader.result("e1", 0, "a").reason()).hasValue(Reason.LOST);
  }

  @Test
  void what_retries_may_add_is_added_to_the_time_for_a_task() {
    PlannedTask tried =
        new PlannedTask(
            0,
            "web",
            "install",
            new NodeSelector(Optional.empty(), Optional.empty()),
            new Rollout(
                true,
                false,
                false,
                1,
                Optional.of(3),
                Optional.empty(),
                Optional.of(900L),
                Optional.empty()));
    leader.given(plan("e1", List.of(tried)).open(Records.NOON, List.of("a")));
    leader.claimed("e1", 0, "a");
    leader.advance();

    leader.elapse(Limits.DEFAULT.finish().plusSeconds(899));
    assertThat(leader.advance()).isEmpty();
    leader.elapse(Duration.ofSeconds(1));
    leader.advance();
    leader.advance();
    assertThat(leader.result("e1", 0, "a").reason()).hasValue(Reason.TIMEOUT);
    assertThat(leader.result("e1", 0, "a").message().orElseThrow()).contains("4500 s after");
  }

  /** What the agent's own unit of systemd has it wait before it is started again. */
  private static Duration restartSeconds() throws IOException {
    try (InputStream unit = Limits.class.getResourceAsStream("/systemd/metronome.service")) {
      Matcher line =
          Pattern.compile("(?m)^RestartSec=([0-9]+)s?$")
              .matcher(new String(unit.readAllBytes(), StandardCharsets.UTF_8));
      assertThat(line.find()).isTrue();
      return Duration.ofSeconds(Long.parseLong(line.group(1)));
    }
  }

  @Test
  void a_claim_that_is_locked_again_in_time_is_not_lost() {
    leader.given(plan("e1", 1).open(Records.NOON, List.of("a")));
    leader.orphaned("e1", 0, "a");
    leader.advance();
    leader.elapse(Duration.ofSeconds(4));
    leader.claimed("e1", 0, "a");
    leader.advance();
    leader.elapse(Duration.ofSeconds(4));
    leader.orphaned("e1", 0, "a");
    leader.connection.commit(new Transaction().delete(Records.claim(leader.keys, 1, "e1", 0, "a")));
    leader.orphaned("e1", 0, "a");

    assertThat(leader.advance()).isEmpty();
    leader.elapse(Duration.ofSeconds(4));
    assertThat(leader.advance()).isEmpty();
  }

  @Test
  void no_jump_of_the_wall_clock_ends_anything() {
    leader.given(plan("e1", 1).open(Records.NOON, List.of("a", "b")));
    leader.claimed("e1", 0, "a");
    leader.orphaned("e1", 0, "b");
    leader.advance();

    leader.clock.forward(Duration.ofSeconds(1_000_000));
    assertThat(leader.advance()).isEmpty();
    leader.clock.forward(Duration.ofSeconds(-5_000_000));
    assertThat(leader.advance()).isEmpty();
  }

  @Test
  void a_successor_counts_anew_so_that_nothing_ends_too_early() {
    leader.given(plan("e1", 1).open(Records.NOON, List.of("a")));
    leader.orphaned("e1", 0, "a");
    leader.advance();
    leader.elapse(Duration.ofSeconds(4));

    leader.succeed();
    assertThat(leader.advance()).isEmpty();
    leader.elapse(Duration.ofSeconds(4));
    assertThat(leader.advance()).isEmpty();
    leader.elapse(Duration.ofSeconds(2));
    assertThat(leader.advance()).isPresent();
  }
}
