package dev.metronome.pipeline.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.pipeline.process.ProcessOutcome.Exited;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class OutputDrainTest {
  private static final String DAEMON =
      "(echo started; echo > said; while [ ! -e go ]; do sleep 0.02; done;"
          + " for i in 1 2 3; do echo late; done; echo $$ > survived) & ";

  private static final Duration SHORT = Duration.ofSeconds(2);

  @TempDir Path folder;
  private Bench bench;

  @BeforeEach
  void setUp() {
    bench = new Bench(folder);
  }

  @AfterEach
  void endEverything() throws InterruptedException {
    assertThat(new Leftovers(bench.cookie).end(Duration.ZERO)).isEmpty();
  }

  @Test
  void fifty_megabytes_leave_the_buffer_at_its_limit() throws InterruptedException {
    assertThat(bench.run("yes | head -c 50000000; echo end")).isEqualTo(new Exited(0));

    assertThat(bench.output.bytesSeen()).isEqualTo(50_000_004);
    assertThat(bench.output.bytesHeld()).isLessThanOrEqualTo(64 * 1024 + 2 * ScreenLine.LONGEST);
    assertThat(bench.output.render()).hasSizeLessThanOrEqualTo(64 * 1024).endsWith("end\n");
    assertThat(bench.output.bytesOmitted()).isGreaterThan(49_900_000);
  }

  @Test
  void daemon_that_keeps_stdout_holds_up_the_end_for_half_a_second_at_most()
      throws InterruptedException {
    Duration shortest = Bench.LONG;
    for (int round = 0; round < 10 && shortest.compareTo(SHORT) >= 0; round++) {
      long begin = System.nanoTime();

      assertThat(bench.run(DAEMON + "printf before")).isEqualTo(new Exited(0));

      Duration took = Duration.ofNanos(System.nanoTime() - begin);
      shortest = took.compareTo(shortest) < 0 ? took : shortest;
    }
    assertThat(shortest).as("the best of ten, on a busy machine").isLessThan(SHORT);
    assertThat(bench.printed()).contains("before");
  }

  @Test
  void a_daemon_that_keeps_stdout_is_not_killed_by_sigpipe() throws Exception {
    bench.run(DAEMON + "until [ -e said ]; do sleep 0.02; done");
    Files.createFile(folder.resolve("go"));

    await().untilAsserted(() -> assertThat(folder.resolve("survived")).exists());
    assertThat(bench.printed()).isEqualTo("started\n");
  }

  /** The negative control: the JDK closes the pipe of a process that has exited. */
  @Test
  void without_the_monitor_the_daemon_would_be_killed() throws Exception {
    String parent = DAEMON + "until [ -e seen ]; do sleep 0.02; done"; // or it may end too early
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", parent);
    builder.environment().put(Cookie.VARIABLE, bench.cookie.value());
    Process process = builder.directory(folder.toFile()).start();
    await().until(() -> process.getInputStream().available() > 0);
    Path pipe = Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/fd/1"));
    assertThat(isHeldHere(pipe)).isTrue();
    Files.createFile(folder.resolve("seen"));
    process.waitFor();
    await().until(() -> !isHeldHere(pipe)); // the JDK closes it once it has its rest
    Files.createFile(folder.resolve("go"));

    await().untilAsserted(() -> assertThat(new Leftovers(bench.cookie).find()).isEmpty());
    assertThat(folder.resolve("survived")).doesNotExist();
  }

  @Test
  void what_was_written_just_before_the_exit_is_never_lost() throws InterruptedException {
    for (int round = 0; round < 50; round++) {
      Bench fresh = new Bench(folder, bench.runner);

      fresh.run("head -c 60000 /dev/zero | tr '\\0' x; echo; printf last");

      assertThat(fresh.output.bytesSeen()).isEqualTo(60_005);
      assertThat(fresh.printed()).endsWith("last\n");
    }
  }

  @Test
  void short_lived_parent_of_a_daemon_never_loses_its_pipe() throws InterruptedException {
    List<Integer> rounds = List.of(1, 2, 3);
    for (int round : rounds) {
      bench.run("(while [ ! -e go ]; do sleep 0.02; done; echo late; echo $$ > s" + round + ") &");
    }
    assertThat(folder.resolve("go").toFile().mkdir()).isTrue();

    rounds.forEach(round -> bench.pid("s" + round));
  }

  private static boolean isHeldHere(Path pipe) throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.anyMatch(each -> isLinkTo(pipe, each));
    }
  }

  private static boolean isLinkTo(Path pipe, Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).equals(pipe);
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }
}
