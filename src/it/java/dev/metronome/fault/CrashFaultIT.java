package dev.metronome.fault;

import static dev.metronome.fault.Bench.APP;
import static dev.metronome.fault.Bench.DB;
import static dev.metronome.fault.Bench.LB;
import static dev.metronome.fault.Scenario.crashAt;

import dev.metronome.fault.Scenario.Phase;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens when a process of ours is gone from one moment to the next. */
@ExtendWith(FaultBench.class)
class CrashFaultIT {

  /** Design section 8: the crash of the leader's process. */
  static final Duration LEADER_CRASH = Duration.ofSeconds(5);

  @Test
  @DisplayName("F04 running")
  void a_leader_that_is_killed_while_a_task_runs_is_replaced(Scenario scenario) {
    scenario
        .cluster()
        .fire("slow")
        .during(Phase.RUNNING)
        .kill(scenario.leader())
        .expectLeaderWithin(LEADER_CRASH)
        .expect("success")
        .expectRuns(APP, 1, 1)
        .expectRuns(LB, 2, 1);
  }

  @ParameterizedTest(name = "F03 {0}")
  @ValueSource(strings = {"before:dispatch", "after:dispatch"})
  void a_leader_that_dies_while_it_dispatches_leaves_one_plan(String point, Scenario scenario) {
    scenario.leading(DB, crashAt(point)).others().fire("quick").crashed(DB).start(DB);
    scenario.expectLeaderWithin(LEADER_CRASH).expect("success").expectRuns(DB, 0, 1);
  }
}
