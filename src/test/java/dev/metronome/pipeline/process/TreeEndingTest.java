package dev.metronome.pipeline.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.pipeline.process.ProcessOutcome.Cancelled;
import dev.metronome.pipeline.process.ProcessOutcome.Exited;
import dev.metronome.pipeline.process.ProcessOutcome.TimedOut;
import dev.metronome.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class TreeEndingTest {
  private static final String CHILD = "sh -c 'echo $$ > child; exec sleep 300' & ";
  private static final String IN_OWN_SESSION =
      "setsid sh -c 'echo $$ > session; exec sleep 300' & ";
  private static final String STUBBORN =
      "sh -c 'trap \"\" TERM; echo $$ > stubborn; sleep 300; sleep 300' & ";
  private static final String ORPHAN = "( ( sh -c 'echo $$ > orphan; exec sleep 300' & ) & ) ; ";
  private static final String DAEMON =
      "( setsid sh -c '( sh -c \"echo \\$\\$ > daemon; exec sleep 300\" & )' & ) ; ";
  private static final String WITHOUT_COOKIE =
      "( env -i /bin/sh -c 'echo $$ > bare; exec sleep 300' & ) ; ";
  private static final String APART_WITHOUT_COOKIE =
      "env -i $(command -v setsid) /bin/sh -c 'echo $$ > apart; exec sleep 300' & ";
  private static final List<String> ALL =
      List.of("child", "session", "stubborn", "orphan", "daemon", "bare", "apart");
  private static final String TREE =
      CHILD
          + IN_OWN_SESSION
          + STUBBORN
          + ORPHAN
          + DAEMON
          + WITHOUT_COOKIE
          + APART_WITHOUT_COOKIE
          + "exec sleep 300";

  @TempDir Path folder;
  private Bench bench;

  @BeforeEach
  void setUp() {
    bench = without(ProcessRunner.findSetsid());
  }

  /** As it is where there are no control groups. */
  private Bench without(Optional<String> setsid) {
    return new Bench(folder, new ProcessRunner(System.getenv(), setsid, ControlGroups.none()));
  }

  @AfterEach
  void endEverything() throws InterruptedException {
    assertThat(new Leftovers(bench.cookie).end(Duration.ZERO)).isEmpty();
  }

  @Test
  void timeout_ends_the_whole_tree() throws InterruptedException {
    Duration timeout = Duration.ofSeconds(1);
    runToTheEnd(timeout);
    while (!isWhole()) { // a busy machine may need longer until all of it is there
      timeout = timeout.multipliedBy(2);
      runToTheEnd(timeout);
    }
    assertThat(pids(ALL)).noneMatch(Bench::lives);
  }

  private void runToTheEnd(Duration timeout) throws InterruptedException {
    for (String name : ALL) {
      assertThat(folder.resolve(name).toFile().delete() || !folder.resolve(name).toFile().exists())
          .isTrue();
    }
    assertThat(bench.start(TREE, timeout).await()).isEqualTo(new TimedOut(timeout, List.of()));
  }

  private boolean isWhole() {
    return ALL.stream().allMatch(name -> folder.resolve(name).toFile().length() > 0);
  }

  @Test
  void cancelling_ends_the_whole_tree() throws InterruptedException {
    Execution execution = bench.start(TREE);
    List<Long> pids = pids(ALL);

    assertThat(execution.cancel("operator")).isTrue();

    assertThat(execution.await()).isEqualTo(new Cancelled("operator", List.of()));
    assertThat(pids).noneMatch(Bench::lives);
    assertThat(execution.cancel("again")).isFalse();
  }

  @Test
  void without_setsid_descendants_and_bearers_of_the_cookie_end() throws InterruptedException {
    bench = without(Optional.empty());
    Execution execution =
        bench.start(CHILD + IN_OWN_SESSION + STUBBORN + ORPHAN + DAEMON + "exec sleep 300");
    List<Long> pids = pids(List.of("child", "session", "stubborn", "orphan", "daemon"));

    execution.cancel("test");

    assertThat(execution.await()).isEqualTo(new Cancelled("test", List.of()));
    assertThat(pids).noneMatch(Bench::lives);
  }

  /** The negative control: what the JDK's own kill, as camel-exec uses it, leaves behind. */
  @Test
  void killing_the_child_alone_would_leave_its_grandchildren() throws Exception {
    ProcessBuilder builder = new ProcessBuilder("setsid", "sh", "-c", TREE);
    builder.environment().put(Cookie.VARIABLE, bench.cookie.value());
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.directory(folder.toFile()).start();
    List<Long> pids = pids(ALL);

    process.destroyForcibly().waitFor();

    assertThat(pids).allMatch(Bench::lives);
    Bench.kill(bench.pid("bare"));
    Bench.kill(bench.pid("apart"));
  }

  /** The negative control of the search beyond the group: its kill misses other sessions. */
  @Test
  void killing_the_group_alone_would_leave_other_sessions() throws Exception {
    Execution execution = bench.start(TREE);
    List<Long> pids = pids(ALL);
    long root = new ProcessTable().read(bench.pid("child")).orElseThrow().group();

    new ProcessBuilder("sh", "-c", "kill -s KILL -- -" + root).start().waitFor();
    execution.await();

    List<Long> others = List.of(bench.pid("session"), bench.pid("daemon"), bench.pid("apart"));
    await() // what is killed takes its time to die
        .untilAsserted(
            () ->
                assertThat(pids.stream().filter(Bench::lives))
                    .containsExactlyInAnyOrderElementsOf(others));
    Bench.kill(bench.pid("apart"));
  }

  @Test
  void orderly_process_may_clean_up_before_the_grace_is_over() throws InterruptedException {
    ProcessCommand command =
        bench.script(
            "trap 'sh -c \"sleep 0.1; echo cleaned\"; exit 0' TERM; echo $$ > ready;"
                + " sleep 300 & wait",
            Bench.LONG);
    Execution execution = startWithGrace(command, Bench.LONG);
    bench.pid("ready");

    execution.cancel("test");
    execution.await();

    assertThat(bench.printed()).isEqualTo("cleaned\n");
  }

  @Test
  void without_grace_nothing_is_asked_first() throws InterruptedException {
    ProcessCommand command =
        bench.script("trap 'echo asked' TERM; echo $$ > ready; sleep 300 & wait", Bench.LONG);
    Execution execution = startWithGrace(command, Duration.ZERO);
    bench.pid("ready");

    execution.cancel("test");
    execution.await();

    assertThat(bench.printed()).isEmpty();
  }

  private Execution startWithGrace(ProcessCommand command, Duration grace) {
    return bench.runner.start(
        new ProcessCommand(
            command.argv(),
            folder,
            command.environment(),
            command.stdin(),
            command.timeout(),
            grace),
        bench.cookie,
        bench.output);
  }

  @Test
  void stopped_processes_end_too() throws InterruptedException {
    Execution execution = bench.start("sh -c 'echo $$ > stopped; kill -STOP $$' & exec sleep 300");
    long pid = bench.pid("stopped");

    execution.cancel("test");
    execution.await();

    assertThat(Bench.lives(pid)).isFalse();
  }

  /** Several times: whether the chain is seen in the middle of a step is chance. */
  @RepeatedTest(6)
  void chain_of_processes_that_fork_and_exit_is_caught() throws Exception {
    Program.write(
        folder.resolve("comet.sh"),
        "trap '' TERM\necho $$ > comet\n[ $1 = 9999 ] || ./comet.sh $(($1 + 1)) &");
    Execution execution = bench.start("./comet.sh 0; exec sleep 300");
    bench.pid("comet");

    execution.cancel("test");

    assertThat(execution.await()).isEqualTo(new Cancelled("test", List.of()));
    assertNothingWrites(folder.resolve("comet"));
  }

  @Test
  void widening_storm_of_forks_is_caught() throws InterruptedException {
    Execution execution =
        bench.start(
            "for i in 1 2 3 4 5; do (for j in 1 2 3 4 5 6 7 8; do"
                + " (trap '' TERM; for k in $(seq 500); do sleep 0.01; done) & done; wait) & done;"
                + " echo $$ > ready; wait");
    bench.pid("ready");

    execution.cancel("test");

    assertThat(execution.await()).isEqualTo(new Cancelled("test", List.of()));
    assertThat(new Leftovers(bench.cookie).find()).isEmpty();
  }

  @Test
  void exit_leaves_background_processes_alone() throws InterruptedException {
    assertThat(bench.run("sh -c 'echo $$ > daemon; exec sleep 300' > /dev/null 2>&1 &"))
        .isEqualTo(new Exited(0));

    assertThat(Bench.lives(bench.pid("daemon"))).isTrue();
  }

  @Test
  void interrupted_waiter_leaves_the_execution_alone() throws InterruptedException {
    Execution execution = bench.start("echo $$ > ready; exec sleep 300");
    long pid = bench.pid("ready");
    Thread waiter = new Thread(() -> awaitQuietly(execution));
    waiter.start();

    waiter.interrupt();
    waiter.join();

    assertThat(Bench.lives(pid)).isTrue();
    execution.cancel("test");
    execution.await();
  }

  private static void awaitQuietly(Execution execution) {
    try {
      execution.await();
    } catch (InterruptedException expected) {
      Thread.currentThread().interrupt();
    }
  }

  private static void assertNothingWrites(Path file) throws IOException {
    Files.delete(file);
    await().during(Duration.ofMillis(300)).until(() -> Files.notExists(file));
  }

  private List<Long> pids(List<String> names) {
    Stream<Long> pids = names.stream().map(bench::pid);
    return pids.toList();
  }
}
