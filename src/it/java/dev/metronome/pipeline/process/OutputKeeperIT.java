package dev.metronome.pipeline.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a script that prints, and of what it prints, when its agent is killed. */
@Timeout(600)
class OutputKeeperIT {
  private static final String WAIT = "echo before; until [ -e go ]; do sleep 0.02; done; ";

  /** More than a pipe takes. */
  private static final String PRINT = "seq -f 'line %06g' 1 50000; echo odd >&2; ";

  private final Cookie cookie = new Cookie("it/" + UUID.randomUUID());

  @TempDir Path folder;
  private Process agent;

  @AfterEach
  void end_everything() throws InterruptedException {
    agent.destroyForcibly().waitFor();
    new Leftovers(cookie).end(Duration.ZERO);
  }

  private void start(String script, int limit, boolean keeper) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            ShortLivedAgent.class.getName(),
            folder.toString(),
            Integer.toString(limit),
            Boolean.toString(keeper),
            script,
            cookie.value());
    agent = builder.redirectErrorStream(true).inheritIO().start();
    Path kept = folder.resolve("output/" + ShortLivedAgent.TASK + ".said.0");
    await()
        .ignoreException(NoSuchFileException.class)
        .until(() -> Files.readString(kept).contains("before"));
  }

  private void kill() throws Exception {
    assertThat(agent.destroyForcibly().waitFor()).isEqualTo(137);
    Files.createFile(folder.resolve("go"));
  }

  private String kept(int limit) throws InterruptedException {
    OutputFiles files = OutputFiles.at(folder.resolve("output"), limit);
    BoundedOutput log = new BoundedOutput(16_000_000, Clock.systemUTC());
    files.awaitKeeper(ShortLivedAgent.TASK);
    files.replay(ShortLivedAgent.TASK, log);
    return log.render();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(folder.resolve("output"))) {
      return all.toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "#file\n"})
  void a_script_prints_on_and_all_of_it_is_kept(String how) throws Exception {
    start(how + WAIT + PRINT + "printf end; echo > survived", 16_000_000, true);
    kill();

    await().until(() -> Files.exists(folder.resolve("survived")));
    await().until(() -> files().stream().noneMatch(file -> file.toString().contains("running")));
    assertThat(kept(16_000_000).lines().map(line -> line.replaceFirst("^\\S+ ", "")))
        .startsWith("[INFO ] before")
        .contains(
            "[WARN ] what follows was printed while no agent ran; its times are not known, each"
                + " line has that of the last")
        .contains("[INFO ] line 000001", "[INFO ] line 050000", "[INFO ] end", "[WARN ] odd")
        .hasSize(50_004);
    assertThat(files())
        .allSatisfy(
            file ->
                assertThat(Files.getPosixFilePermissions(file).toString())
                    .doesNotContain("GROUP", "OTHERS"));
  }

  @Test
  void without_a_keeper_it_dies_of_sigpipe() throws Exception {
    start(WAIT + PRINT + "echo > survived", 16_000_000, false);
    kill();

    await().untilAsserted(() -> assertThat(new Leftovers(cookie).find()).isEmpty());
    assertThat(folder.resolve("survived")).doesNotExist();
    assertThat(kept(16_000_000)).contains("before").doesNotContain("line");
  }

  @Test
  void a_flood_is_bounded_and_its_beginning_and_end_are_kept() throws Exception {
    start(WAIT + "yes | head -c 30000000; echo end; echo > survived", 300_000, true);
    kill();

    await().until(() -> Files.exists(folder.resolve("survived")));
    await().until(() -> files().stream().noneMatch(file -> file.toString().contains("running")));
    assertThat(files().stream().mapToLong(file -> file.toFile().length()).sum())
        .isBetween(200_000L, 400_000L);
    assertThat(kept(300_000))
        .contains("before", "[INFO ] y", "bytes of output are left out here", "[INFO ] end");
  }

  @Test
  void a_daemon_that_outlives_its_script_is_read_on_too() throws Exception {
    String daemon = "(until [ -e later ]; do sleep 0.02; done; " + PRINT + "echo > survived) & ";
    start(
        daemon + "echo before; exec 7<&- 8<&-; until [ -e go ]; do sleep 0.02; done",
        16_000_000,
        true);
    kill();
    await().until(() -> new Leftovers(cookie).operations().isEmpty());
    Files.createFile(folder.resolve("later"));

    await().until(() -> Files.exists(folder.resolve("survived")));
  }
}
