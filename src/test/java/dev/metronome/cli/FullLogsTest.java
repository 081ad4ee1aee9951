package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code logs --full}: what a log in Consul could not take, on the machine that has kept it. */
class FullLogsTest {
  private static final int LINES = 30_000;
  private static final String MIDDLE = "line 015000";
  private static final String TASKS =
      """
      events:
        print: {ordered_tasks: [{task: short}, {task: long}]}
      tasks:
        short:
          operations: [{echo: hello}]
        long:
          operations: [{execute: {script: "seq -f 'line %06g' 1 30000; echo odd >&2"}}]
      """;

  @TempDir static Path folder;
  @AutoClose private static OneNodeCluster cluster;
  private static String printed;
  private final Shell shell = cluster.shell(folder);

  @BeforeAll
  static void start() throws Exception {
    cluster = OneNodeCluster.running(folder, TASKS);
    Shell shell = cluster.shell(folder);
    assertThat(shell.run("fire", "print", "--wait")).isZero();
    printed = shell.out().strip();
  }

  private Stream<String> lines() {
    return shell.out().lines().filter(line -> line.contains(" [INFO ] line "));
  }

  @Test
  void all_that_was_printed_is_shown_beside_logs_that_are_whole() {
    assertThat(shell.run("logs", printed)).isZero();
    assertThat(shell.out()).contains("bytes omitted").doesNotContain(MIDDLE);

    assertThat(shell.run("logs", printed, "--full")).isZero();

    assertThat(shell.err()).isEmpty();
    assertThat(lines()).hasSize(LINES);
    assertThat(shell.out())
        .contains("== task 0 short on n1, success", "echo: hello")
        .contains("== task 1 long on n1, success", "-- Task long has started", "[WARN ] odd")
        .contains(MIDDLE)
        .doesNotContain("bytes omitted");
  }

  @Test
  void secrets_that_are_known_here_are_hidden() {
    shell.environment("METRONOME_PAYLOAD_TOKEN", MIDDLE);

    assertThat(shell.run("logs", printed, "--full", "--task", "1")).isZero();

    assertThat(shell.out()).contains("[INFO ] ********\n").doesNotContain(MIDDLE, "hello");
  }

  @Test
  void an_agent_that_knows_its_consul_by_another_address_has_kept_it_all_the_same() {
    shell.environment("METRONOME_HOST", "localhost");

    assertThat(shell.run("logs", printed, "--full")).as(shell.err()).isZero();

    assertThat(shell.out()).contains(MIDDLE);
  }

  @Test
  void elsewhere_it_is_said_where_to_ask() throws Exception {
    shell.environment(
        "METRONOME_OUTPUT_DIR", Files.createDirectory(folder.resolve("x")).toString());

    assertThat(shell.run("logs", printed, "--full")).isZero();

    assertThat(shell.out()).contains("hello", "bytes omitted");
    assertThat(shell.err())
        .hasLineCount(1)
        .contains("of task 1 on n1 this is not all that was printed", "it is on that node")
        .contains("metronome logs " + printed + " --task 1 --full");
  }

  @Test
  void it_prints_once_and_text() {
    assertThat(shell.run("logs", printed, "--full", "--json")).isEqualTo(2);
    assertThat(shell.run("logs", printed, "--full", "-f")).isEqualTo(2);
    assertThat(shell.err()).contains("--full prints once");
  }
}
