package dev.metronome.base.crash;

import static dev.metronome.base.crash.Bench.APP;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What happens when an operation does not behave. The agents have a heap of 64 MB. */
@ExtendWith(FaultBench.class)
class OperationFaultIT {

  private static final String TASKS =
      """
      environments:
        JOURNAL: "%s"
      events:
        odd: {ordered_tasks: [{service: app, task: odd}]}
        probe: {task: fine}
      tasks:
        odd:
          timeout: %d
          operations:
            - execute:
                script: |
                  %s
        fine:
          operations:
            - execute: {file: step, arguments: ["0", "0"]}
      """;

  private static Scenario running(Scenario scenario, int timeout, String script) {
    scenario.tasks(TASKS.formatted(scenario.journal().file(), timeout, script));
    return scenario.cluster().fire("odd").fault();
  }

  @ParameterizedTest(name = "F26 {0}")
  @CsvSource({
    "a line without an end, head -c 30000000 /dev/zero | tr '\\0' x",
    "binary, head -c 10000000 /dev/urandom"
  })
  void output_of_any_kind_is_kept_within_its_limit(String what, String script, Scenario scenario) {
    running(scenario, 600, script).expect("success");
    assertThat(scenario.stored(APP, 0)).contains("omitted").hasSizeLessThan(300_000);
  }

  @Test
  @Tag("slow")
  @DisplayName("F26 1 GB")
  void a_gigabyte_of_lines_is_kept_within_its_limit(Scenario scenario) {
    running(scenario, 300, "yes | head -c 1000000000").expect("success");
    assertThat(scenario.stored(APP, 0)).contains("omitted").hasSizeLessThan(300_000);
  }

  @Test
  @Tag("slow")
  @DisplayName("F27 disk full")
  void an_operation_on_a_full_disk_fails_with_its_own_words(Scenario scenario) {
    running(scenario, 60, "dd if=/dev/zero of=/dev/full bs=4k count=1 || exit 3").expect("error");
    assertThat(scenario.stored(APP, 0)).contains("No space left on device", "exit code 3");
  }

  @Test
  @DisplayName("F28 out of bounds")
  void an_operation_that_forks_ignores_sigterm_and_leaves_its_session_is_ended(Scenario scenario) {
    String mark = "73.0" + System.nanoTime();
    String script =
        "trap '' TERM; setsid sh -c 'trap \"\" TERM; sleep " + mark + "' & sleep " + mark;
    running(scenario.with("--kill-grace", "1s"), 2, script)
        .expect("error")
        .expectReason(APP, 0, "timeout");
    assertThat(ProcessHandle.allProcesses())
        .noneMatch(process -> process.info().commandLine().orElse("").contains(mark));
  }

  @Test
  @Tag("slow")
  @DisplayName("F28 memory")
  void an_operation_without_memory_fails_and_its_agent_does_not(Scenario scenario) {
    running(scenario, 60, "ulimit -v 50000; x=$(head -c 100000000 /dev/zero | tr '\\0' x)")
        .expect("error")
        .expectReason(APP, 0, "failed");
    assertThat(scenario.agent(APP).isAlive()).isTrue();
  }
}
