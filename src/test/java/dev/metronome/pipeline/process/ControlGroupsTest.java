package dev.metronome.pipeline.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.metronome.base.encoding.NativeText;
import dev.metronome.pipeline.process.ProcessOutcome.Cancelled;
import dev.metronome.pipeline.process.ProcessOutcome.Exited;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Executions that have a control group: needs cgroup v2, and root or a group of one's own. */
@Timeout(600)
class ControlGroupsTest {

  /** A process without parents, session, output or environment of the execution. */
  private static final String GHOST =
      "(env -i setsid setsid /bin/sh -c"
          + " '(echo $$ > shell; sleep 300 & echo $! > ghost) > /dev/null 2>&1 &') & wait;";

  /** Waits until the execution has its group. */
  private static final String GROUPED =
      "until grep -q metronome@ /proc/$$/cgroup; do sleep 0.02; done; ";

  @TempDir Path folder;
  private Bench bench;

  @BeforeEach
  void start() {
    assumeTrue(ControlGroups.own().areThere(), "there are no control groups to be had");
    bench = new Bench(folder);
  }

  @AfterEach
  void stop() throws Exception {
    if (bench != null) {
      new Leftovers(bench.cookie).end(Duration.ZERO);
    }
  }

  private static Optional<Cookie> groupOf(long pid) throws Exception {
    return ControlGroups.cookie(Files.readString(Path.of("/proc/" + pid + "/cgroup")));
  }

  @Test
  void a_process_that_has_left_everything_else_is_ended_with_its_execution() throws Exception {
    Execution execution = bench.start(GROUPED + GHOST + " exec sleep 300");
    long ghost = bench.pid("ghost");
    assertThat(groupOf(ghost)).contains(bench.cookie);

    execution.cancel("test");

    assertThat(execution.await()).isEqualTo(new Cancelled("test", List.of()));
    assertThat(Bench.lives(ghost)).isFalse();
  }

  @Test
  void without_a_group_it_would_escape() throws Exception {
    Bench without =
        new Bench(
            folder,
            new ProcessRunner(System.getenv(), ProcessRunner.findSetsid(), ControlGroups.none()));
    Execution execution = without.start(GHOST + " exec sleep 300");
    long ghost = without.pid("ghost");
    await().until(() -> !Files.exists(Path.of("/proc/" + without.pid("shell"))));

    execution.cancel("test");
    execution.await();

    assertThat(Bench.lives(ghost)).isTrue();
    Bench.kill(ghost);
  }

  @Test
  void a_later_agent_finds_it_by_its_group() throws Exception {
    Execution execution = bench.start(GROUPED + GHOST + " exec sleep 300");
    long ghost = bench.pid("ghost");

    assertThat(new Leftovers(new Cookie("bench")).find()).contains(ghost);

    execution.cancel("test");
    execution.await();
  }

  @Test
  void what_an_execution_leaves_in_the_background_lives_on() throws Exception {
    assertThat(bench.run(GROUPED + "sh -c 'echo $$ > daemon; exec sleep 300' > /dev/null 2>&1 &"))
        .isEqualTo(new Exited(0));

    assertThat(Bench.lives(bench.pid("daemon"))).isTrue();
  }

  @Test
  void short_executions_have_none_and_long_ones_leave_none() throws Exception {
    ProcessRunner patient =
        new ProcessRunner(
            System.getenv(),
            ProcessRunner.findSetsid(),
            ControlGroups.own(),
            Bench.LONG,
            NativeText.ofProcess(),
            Optional.empty());
    assertThat(new Bench(folder, patient).run("cp /proc/self/cgroup short"))
        .isEqualTo(new Exited(0));
    assertThat(bench.run(GROUPED + "cp /proc/self/cgroup long")).isEqualTo(new Exited(0));

    assertThat(ControlGroups.cookie(Files.readString(folder.resolve("short")))).isEmpty();
    String line = Files.readString(folder.resolve("long"));
    assertThat(ControlGroups.cookie(line)).contains(bench.cookie);
    assertThat(ControlGroups.own().covered(bench.cookie)).isEmpty();
  }
}
