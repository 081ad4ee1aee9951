package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Batching;
import dev.metronome.model.record.NodeSelector;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Part;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Rollout;
import dev.metronome.model.record.Status;
import dev.metronome.model.record.TaskResult;
import dev.metronome.testing.Records;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A task whose step goes on when it has failed. */
class GoneOnTest {
  private static final Outcome FAILED = Outcome.error(Reason.FAILED, "exit status 1");

  @AutoClose private final Leader leader = new Leader();

  @BeforeEach
  void one_node() {
    leader.agent("n1");
  }

  private static PlannedTask task(int no, String name, boolean goesOn, Integer undoes) {
    return new PlannedTask(
        no,
        "web",
        name,
        Optional.ofNullable(undoes).map(it -> Part.UNDO),
        Optional.ofNullable(undoes),
        new NodeSelector(Optional.empty(), Optional.empty()),
        new Rollout(
            true,
            false,
            false,
            1,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(goesOn)),
        Batching.NONE);
  }

  /** Tasks 0 and 1 go on, 2 does not; 3 takes 0 back. */
  private static Plan plan() {
    return Records.plan(
        "e1",
        List.of(
            task(0, "warm", true, null),
            task(1, "reload", true, null),
            task(2, "check", false, null),
            task(3, "warm", false, 0)));
  }

  private void end(int no, Outcome how) {
    leader.ended("e1", no, "n1", how);
    leader.succeed(); // what was gone on after stands in the plan
    leader.advance();
  }

  @Test
  void the_event_goes_on_and_ends_as_the_error_of_what_failed_first() {
    leader.dispatched(plan());
    end(0, Outcome.success());
    end(1, FAILED);
    assertThat(leader.result("e1", 1).status()).isEqualTo(Status.ERROR);
    assertThat(leader.isAssigned("n1", "e1", 2)).isTrue();
    end(2, Outcome.success());

    assertThat(leader.result("e1").status()).isEqualTo(Status.ERROR);
    assertThat(leader.result("e1").reason()).hasValue(Reason.FAILED);
    assertThat(leader.result("e1").message().orElseThrow())
        .startsWith("task 1 reload on n1: exit status 1")
        .endsWith("; the event went on after it");
    assertThat(leader.found(leader.keys.result("e1", 3), TaskResult.class))
        .as("nothing is taken back")
        .isEmpty();
  }

  @Test
  void a_later_failure_ends_the_event_and_both_are_named() {
    leader.dispatched(plan());
    end(0, FAILED);
    end(1, FAILED);
    end(2, FAILED);
    end(3, Outcome.success());

    assertThat(leader.result("e1").message().orElseThrow())
        .startsWith("task 0 warm on n1: exit status 1; then task 2 check on n1: exit status 1")
        .endsWith("; undone: task 0 warm");
  }

  @Test
  void the_last_task_ends_the_event_and_has_nothing_taken_back() {
    leader.dispatched(
        Records.plan("e1", List.of(task(0, "reload", true, null), task(1, "reload", false, 0))));
    end(0, FAILED);

    assertThat(leader.result("e1").status()).isEqualTo(Status.ERROR);
    assertThat(leader.found(leader.keys.result("e1", 1), TaskResult.class)).isEmpty();
  }
}
