package dev.metronome.base.crash;

import static dev.metronome.base.crash.Bench.APP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  @Test
  @Tag("slow")
  @DisplayName("F28 processes")
  void an_operation_that_forks_up_to_its_limit_fails_and_its_agent_does_not(Scenario scenario)
      throws IOException {
    String bomb = "i=0; while [ $i -lt 100 ]; do sleep 20 & i=$((i+1)); done";
    running(scenario, 60, asNobodyElse(bomb)).expect("error").expectReason(APP, 0, "failed");
    assertThat(scenario.stored(APP, 0)).containsIgnoringCase("fork");
    assertThat(scenario.agent(APP).isAlive()).isTrue();
  }

  @Test
  @Tag("slow")
  @DisplayName("F28 files")
  void an_operation_that_opens_files_up_to_its_limit_fails_and_its_agent_does_not(
      Scenario scenario) {
    String flood = "ulimit -n 20; for i in $(seq 100); do exec {fd}</dev/null || exit 4; done";
    running(scenario, 60, "exec bash -c '" + flood + "'")
        .expect("error")
        .expectReason(APP, 0, "failed");
    assertThat(scenario.stored(APP, 0)).contains("exit code 4");
    assertThat(scenario.agent(APP).isAlive()).isTrue();
  }

  @Test
  @Tag("slow")
  @DisplayName("F29 kill -9 -1 of another user")
  void an_operation_that_kills_all_of_its_user_fails_and_its_agent_does_not(Scenario scenario)
      throws IOException {
    running(scenario, 60, "./step 0 0; " + asNobodyElse("kill -9 -1; kill -9 $$"))
        .expect("error")
        .expectReason(APP, 0, "failed")
        .expectRuns(APP, 0, 1);
    assertThat(scenario.stored(APP, 0)).contains("137");
    assertThat(scenario.agent(APP).isAlive()).isTrue();
  }

  /**
   * As a user who has nothing but this script; it does nothing unless it has become that user. As
   * {@code run_as} does it, of which an account would be wanted.
   */
  private static String asNobodyElse(String script) throws IOException {
    assumeTrue(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
        "SKIPPED: not root, so no other user's processes can be started");
    int uid = 58_000 + (int) (ProcessHandle.current().pid() % 2_000);
    for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
      assertThat(process.info().user().orElse("")).isNotEqualTo(Integer.toString(uid));
    }
    return ("exec setpriv --reuid=%1$d --regid=%1$d --clear-groups --"
            + " prlimit --nproc=40 --cpu=5 -- sh -c '[ $(id -u) = %1$d ] || exit 9; %2$s'")
        .formatted(uid, script);
  }
}
