package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody sees who watches. */
class WatchCommandTest {
  private static final String TASKS =
      """
      events:
        greet: {task: greet}
        break: {ordered_tasks: [{task: greet}, {task: break}]}
        wait: {task: wait}
        talk: {task: talk}
      tasks:
        greet: {operations: [{echo: hello}]}
        break: {operations: [{execute: {script: 'exit 3'}}]}
        talk: {operations: [{execute: {script: 'printf "\\033[2J\\001half way\\n"; until test -e heard; do sleep 0.1; done'}}]}
        wait: {operations: [{execute: {script: 'until test -e go; do sleep 0.1; done'}}]}
      """;

  private static final String ENTER = "\u001b[?1049h";
  private static final String LEAVE = "\u001b[?25h\u001b[?1049l";

  @TempDir static Path folder;
  @AutoClose private static OneNodeCluster cluster;
  private final Shell shell = cluster.shell(folder);

  @BeforeAll
  static void start() throws Exception {
    cluster = OneNodeCluster.running(folder, TASKS);
  }

  private static String fire(String... more) {
    Shell other = cluster.shell(folder);
    String[] line = new String[more.length + 1];
    line[0] = "fire";
    System.arraycopy(more, 0, line, 1, more.length);
    other.run(line);
    return other.out().strip();
  }

  /** What a test does while a watch goes on, which is then interrupted. */
  @FunctionalInterface
  private interface Meanwhile {
    void run() throws Exception;
  }

  private void watching(Meanwhile meanwhile) throws Exception {
    FutureTask<Integer> exitCode = new FutureTask<>(() -> shell.run("watch"));
    Thread thread = new Thread(exitCode, "test-watching");
    thread.setDaemon(true);
    thread.start();
    meanwhile.run();
    thread.interrupt();
    assertThat(exitCode.get(3, TimeUnit.MINUTES)).isEqualTo(130);
  }

  @Test
  void an_event_is_watched_to_its_end_and_the_exit_code_is_its_outcome() {
    String greeted = fire("greet");
    assertThat(shell.run("watch", greeted.substring(0, 8))).as(shell.err()).isZero();
    assertThat(shell.out().lines())
        .startsWith("event greet: dispatched", "task 0 greet: opened for n1")
        .anyMatch(line -> line.matches("event greet: success in \\d+\\.\\d s"));
    String broken = fire("break", "--wait");
    assertThat(shell.run("watch", broken)).isEqualTo(1);
    assertThat(shell.out()).contains("exit code 3");
    assertThat(shell.err()).contains("task 1 break on n1: ");
  }

  @Test
  void one_that_does_not_end_in_time_is_left() throws Exception {
    String id = fire("wait");
    assertThat(shell.run("watch", id, "--timeout", "300ms")).isEqualTo(124);
    assertThat(shell.err()).contains("not ended after 300ms");
    Files.createFile(folder.resolve("hello/go"));
    assertThat(shell.run("watch", id)).isZero();
    Files.delete(folder.resolve("hello/go"));
  }

  @Test
  void one_that_cannot_be_looked_at_any_more_is_no_timeout_but_an_outage() throws Exception {
    OneNodeCluster lonely = new OneNodeCluster();
    Shell other = lonely.shell(folder);
    assertThat(other.run("fire", "greet")).isZero();
    String id = other.out().strip();
    FutureTask<Integer> exitCode =
        new FutureTask<>(() -> other.run("watch", id, "--timeout", "5s", "--json"));
    new Thread(exitCode, "test-watching").start();
    await().until(() -> other.out().contains("{"));
    lonely.close();
    assertThat(exitCode.get(3, TimeUnit.MINUTES)).as(other.err()).isEqualTo(6);
  }

  @Test
  void without_an_id_all_events_from_now_on_are_watched_one_after_another() throws Exception {
    String before = fire("greet", "--wait");
    watching(
        () -> {
          await().until(() -> isSeen(fire("greet", "--wait")));
          String second = fire("break", "--wait");
          await().until(() -> isSeen(second));
          await().until(() -> shell.out().contains("event break: error"));
          assertThat(shell.out()).doesNotContain(before);
          assertThat(shell.out().lines().filter(line -> line.startsWith("== ")))
              .hasSizeGreaterThan(1)
              .doesNotHaveDuplicates();
        });
  }

  private boolean isSeen(String id) {
    return shell.out().contains("== event " + id);
  }

  @Test
  void json_is_a_line_for_each_change() throws Exception {
    assertThat(shell.run("watch", fire("break"), "--json")).isEqualTo(1);
    List<String> lines = shell.out().lines().toList();
    assertThat(lines)
        .as("whatever has a plan says of which task files")
        .filteredOn(line -> line.contains("\"Status\":\"inprogress\",\"StartedAt\""))
        .allMatch(line -> line.contains("\"Digest\":\"hello:"));
    JsonNode last = new ObjectMapper().readTree(lines.get(lines.size() - 1));
    assertThat(last.get("Status").asText()).isEqualTo("error");
    assertThat(last.at("/Tasks/1/Nodes/0/Reason").asText()).isEqualTo("failed");
    assertThat(lines).doesNotHaveDuplicates().hasSizeGreaterThan(1);
  }

  @Test
  void on_a_terminal_it_fills_the_screen_and_leaves_it_as_it_was() {
    String broken = fire("break", "--wait");
    shell.watched().environment("LANG", "C.UTF-8");
    assertThat(shell.run("watch", broken)).isEqualTo(1);
    String screen = shell.out().substring(0, shell.out().indexOf(LEAVE));
    assertThat(screen)
        .startsWith(ENTER)
        .contains("event " + broken + " break by ", "✖ error", "1 break on n1: ", "exit code 3");
    assertThat(shell.out().substring(screen.length() + LEAVE.length()))
        .contains("✖ error", "1 of 2 tasks", "1 failed")
        .doesNotContain(ENTER);
    shell.environment("NO_COLOR", "1");
    shell.run("watch", broken);
    assertThat(shell.out()).doesNotContain("\u001b[31m").contains("✖ error");
  }

  @Test
  void a_person_who_watches_sees_what_an_operation_has_said_so_far() throws Exception {
    shell.watched();
    watching(
        () -> {
          String id = fire("talk");
          await().until(() -> shell.out().contains("> 0 talk on n1"));
          await()
              .untilAsserted(() -> assertThat(shell.out()).contains("\n  \\x01half way\u001b[K"));
          assertThat(shell.out()).contains("event " + id).doesNotContain("\u001b[2J");
          Files.createFile(folder.resolve("hello/heard"));
          await().until(() -> shell.out().contains("success"));
        });
  }

  @Test
  void a_person_who_waits_for_the_next_event_sees_that_nothing_runs() throws Exception {
    shell.watched();
    watching(
        () -> {
          await().until(() -> shell.out().contains("no event runs"));
          assertThat(shell.out()).contains("leader  n1", "agents  1", "queue   0");
          String id = fire("greet", "--wait");
          await().until(() -> shell.out().contains("event " + id + " greet by "));
          await().until(() -> shell.out().contains("success"));
        });
    assertThat(shell.out().substring(shell.out().indexOf(LEAVE)))
        .as("one line stays")
        .matches("\\Q" + LEAVE + "\\Eevent greet [0-9a-f]{8}: success in \\d+\\.\\d s\n");
  }

  @Test
  void wrong_usage_is_refused() {
    assertThat(shell.run("watch", "00000000")).isEqualTo(3);
    assertThat(shell.err()).contains("no event has an ID that begins with `00000000`");
    assertThat(shell.run("watch", "--timeout", "1s")).isEqualTo(2);
    assertThat(shell.run("watch", "a b")).isEqualTo(2);
    assertThat(shell.run("watch", "--port", "1")).isEqualTo(6);
  }
}
