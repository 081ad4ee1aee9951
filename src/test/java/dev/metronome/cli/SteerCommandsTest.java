package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.metronome.testing.NodeStates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cancel, retry and queue drop, on a whole agent. */
class SteerCommandsTest {
  private static final String TASKS =
      """
      events:
        long: {ordered_tasks: [{task: first}, {task: sleep}, {task: last}]}
        rolling: {ordered_tasks: [{service: app, task: first, serial: 1}]}
        back:
          on_error: undo
          ordered_tasks: [{task: first}, {task: broken}, {task: last}]
          finally: [{task: last}]
        flaky: {ordered_tasks: [{task: first}, {task: flaky}, {task: last}]}
        twice: {ordered_tasks: [{task: first}, {task: unready}, {task: last}]}
      tasks:
        first:
          operations: [{echo: first}]
          undo: [{echo: back}]
        broken:
          operations: [{execute: {script: 'test -e "$HERE/whole"'}}]
        sleep:
          operations: [{execute: {script: 'sleep 300 & echo $! > "$HERE/pid"; wait'}}]
        flaky:
          operations: [{execute: {script: 'test -e "$HERE/mended" && echo "param $METRONOME_PARAM_who $TRACEPARENT"'}}]
        unready:
          operations: [{execute: {script: 'test -e "$HERE/ready"'}}]
        last:
          operations: [{echo: last}]
      environments: {HERE: "%s"}
      """;

  @TempDir static Path folder;
  @AutoClose private static OneNodeCluster cluster;
  private final Shell shell =
      cluster
          .shell(folder)
          .environment("USER", "anna")
          .environment("METRONOME_FILES", folder.resolve("hello/task.yml").toString());

  @BeforeAll
  static void start() throws Exception {
    cluster = OneNodeCluster.running(folder, TASKS.formatted(folder));
  }

  private String fired(String event) {
    assertThat(shell.run("fire", event, "--param", "who=x")).isZero();
    return shell.out().strip();
  }

  private static long sleeper() throws Exception {
    Path pid = folder.resolve("pid");
    await().until(() -> Files.exists(pid) && !Files.readString(pid).isBlank());
    long number = Long.parseLong(Files.readString(pid).strip());
    Files.delete(pid);
    return number;
  }

  /** Or dead, and its new parent has not asked for it yet. */
  private static boolean isGone(long pid) throws Exception {
    Path stat = Path.of("/proc/" + pid + "/stat");
    try {
      return !Files.exists(stat) || Files.readString(stat).contains(") Z ");
    } catch (java.io.IOException e) {
      return !Files.exists(stat);
    }
  }

  @Test
  void a_running_event_is_cancelled_its_processes_end_and_who_waits_is_dropped() throws Exception {
    String running = fired("long");
    long pid = sleeper();
    String waiting = fired("long");
    assertThat(shell.run("queue")).isZero();
    assertThat(shell.out()).contains(waiting.substring(0, 8), "anna@");
    assertThat(shell.run("queue", "drop", waiting.substring(0, 8), "--reason", "twice")).isZero();
    assertThat(cluster.text(OneNodeCluster.KEYS.result(waiting)))
        .contains("\"cancelled\"", "twice");
    assertThat(shell.run("status")).isZero();
    assertThat(shell.out())
        .contains("running  long " + running.substring(0, 8), "task     1 sleep");
    assertThat(shell.run("retry", running)).isEqualTo(2);
    assertThat(shell.err()).contains("is still running").hasLineCount(1);
    assertThat(shell.run("queue", "drop", running)).isEqualTo(2);
    assertThat(shell.err()).contains("does not wait any more").hasLineCount(1);

    assertThat(shell.run("cancel", running.substring(0, 8), "--reason", "wrong one")).isZero();
    assertThat(shell.out()).contains("is being cancelled by anna@", "ended as error: cancelled by");
    await().until(() -> isGone(pid));
    assertThat(shell.run("show", running)).isZero();
    assertThat(shell.out())
        .contains("+ success", "x error", "- dropped", "cancelled by anna@", "wrong one");

    assertThat(shell.run("cancel", running)).isEqualTo(2);
    assertThat(shell.err()).contains("has ended before, as error").hasLineCount(1);
    assertThat(shell.run("cancel", "nosuchevent")).isEqualTo(3);
  }

  @Test
  void a_failed_event_goes_on_at_its_task_with_its_parameters() throws Exception {
    assertThat(shell.run("fire", "flaky", "--param", "who=me", "--wait")).isEqualTo(1);
    String first = shell.out().strip();
    Files.writeString(folder.resolve("mended"), "");
    shell.environment("TRACEPARENT", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    assertThat(shell.run("retry", first.substring(0, 8), "--wait", "--failed-nodes"))
        .as(shell.err())
        .isZero();
    String second = shell.out().strip();
    assertThat(cluster.text(OneNodeCluster.KEYS.log(second, 1, "n1")))
        .contains("param me 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    assertThat(cluster.text(OneNodeCluster.KEYS.result(second, 0))).isEmpty();
    assertThat(cluster.text(OneNodeCluster.KEYS.result(second, 2))).contains("\"success\"");
    assertThat(shell.run("show", second, "--json")).isZero();
    assertThat(new ObjectMapper().readTree(shell.out()).get("RetryOf").asText()).isEqualTo(first);
    assertThat(shell.run("show", first)).isZero();
    assertThat(shell.out()).contains("retried as  " + second);
    assertThat(shell.run("retry", second)).isEqualTo(2);
    assertThat(shell.err()).contains("ended as success").hasLineCount(1);
  }

  @Test
  void what_a_retry_would_do_is_shown_and_done_only_while_it_is_so() throws Exception {
    assertThat(shell.run("fire", "twice", "--param", "who=me", "--wait")).isEqualTo(1);
    String first = shell.out().strip();
    assertThat(shell.run("plan", "--retry", first.substring(0, 8))).as(shell.err()).isZero();
    assertThat(shell.out())
        .contains("twice with who=me", "1 hello/unready", "2 hello/last")
        .doesNotContain("0 hello/first")
        .containsPattern("still so: metronome retry " + first + " --plan [0-9a-f-]+\n$");
    String fingerprint = shell.out().strip().replaceFirst("(?s).* ", "");
    assertThat(shell.run("plan", "--retry", first, "--from", "0")).isZero();
    assertThat(shell.out())
        .contains("0 hello/first", "metronome retry " + first + " --from 0 --pl");

    assertThat(shell.run("retry", first, "--from", "0", "--plan", fingerprint)).isEqualTo(5);
    assertThat(shell.err())
        .contains("nothing was sent", "Look at `metronome plan --retry " + first + " --from 0` ag")
        .hasLineCount(1);
    assertThat(shell.run("show", first)).isZero();
    assertThat(shell.out()).doesNotContain("retried as");

    Files.writeString(folder.resolve("ready"), "");
    assertThat(shell.run("retry", first, "--plan", fingerprint, "--wait")).as(shell.err()).isZero();
    String second = shell.out().strip();
    assertThat(shell.run("show", second, "--json")).isZero();
    assertThat(new ObjectMapper().readTree(shell.out()).path("Fingerprint").asText())
        .isEqualTo(fingerprint);
    assertThat(shell.run("plan", "--retry", second)).isEqualTo(2);
    assertThat(shell.err()).contains("ended as success").hasLineCount(1);
  }

  @Test
  void what_was_undone_is_told_apart_and_run_again_by_a_retry() throws Exception {
    assertThat(shell.run("fire", "back", "--wait")).as("undone is 1").isEqualTo(1);
    String first = shell.out().strip();
    assertThat(shell.err())
        .containsSubsequence(
            "task 1 broken: error",
            "task 3 undo of first: opened for n1",
            "task 3 undo of first: success",
            "task 4 finally last: success",
            "event back: error",
            "to begin again at task 0 first: metronome retry");
    assertThat(shell.run("show", first)).isZero();
    assertThat(shell.out())
        .contains("undone: task 0 first")
        .containsSubsequence("0 first", "1 broken", "2 last", "3 undo of first", "4 finally last");
    assertThat(shell.run("show", first, "--json")).isZero();
    JsonNode event = new ObjectMapper().readTree(shell.out());
    assertThat(event.at("/Tasks/3/Part").asText()).isEqualTo("undo");
    assertThat(event.at("/Tasks/3/Undoes").asInt()).isZero();
    assertThat(event.at("/Tasks/4/Part").asText()).isEqualTo("finally");

    Files.writeString(folder.resolve("whole"), "");
    assertThat(shell.run("retry", first, "--wait")).as(shell.err()).isZero();
    assertThat(shell.err()).contains("task 0 first: success").doesNotContain("undo of");
  }

  /** The second node has no agent, so that its batch lasts. */
  @Test
  void an_event_is_cancelled_within_a_batch_and_its_retry_goes_on_there() throws Exception {
    NodeStates.service(cluster.consul(), "n1", "app", "app", "blue");
    NodeStates.service(cluster.consul(), "n2", "app", "app", "blue");
    Shell waiting = cluster.shell(folder);
    FutureTask<Integer> exitCode = new FutureTask<>(() -> waiting.run("fire", "rolling", "--wait"));
    new Thread(exitCode, "test-waiting").start();
    await().until(() -> waiting.err().contains("task 0 first: batch 2 of 2 opened"));
    String first = waiting.out().strip();
    assertThat(shell.run("show", first)).isZero();
    assertThat(shell.out()).contains("n1    + success", "batch 2 of 2");
    assertThat(shell.run("cancel", first)).isZero();
    assertThat(exitCode.get(3, TimeUnit.MINUTES)).isEqualTo(1);
    assertThat(waiting.err()) // one look may see both
        .containsSubsequence("on n1: success", "cancelled by")
        .containsSubsequence("batch 2 of 2", "cancelled by");

    assertThat(shell.run("retry", first)).as(shell.err()).isZero();
    String second = shell.out().strip();
    await().until(() -> shell.run("show", second) == 0 && shell.out().contains("n2"));
    assertThat(shell.run("show", second, "--json")).isZero();
    assertThat(new ObjectMapper().readTree(shell.out()).at("/Tasks/0/Nodes/0/Node").asText())
        .isEqualTo("n2");
    assertThat(shell.run("cancel", second)).isZero();
  }

  @Test
  void wrong_usage_is_refused() {
    assertThat(shell.run("cancel")).isEqualTo(2);
    assertThat(shell.run("retry", "abcd", "--from", "x")).isEqualTo(2);
    assertThat(shell.run("retry", "abcd", "--timeout", "1s")).isEqualTo(2);
    assertThat(shell.run("plan", "--retry", "abcd", "deploy")).isEqualTo(2);
    assertThat(shell.err()).contains("--retry brings its EVENT").hasLineCount(1);
    assertThat(shell.run("plan", "--retry", "abcd", "--ahead")).isEqualTo(2);
    assertThat(shell.run("plan", "--retry", "abcd", "--from", "x")).isEqualTo(2);
    assertThat(shell.run("plan", "long", "--failed-nodes")).isEqualTo(2);
    assertThat(shell.run("plan", "--retry", "nosuchevent")).isEqualTo(3);
    assertThat(shell.run("plan", "--from-cluster", "--retry", "abcd")).isEqualTo(2);
    assertThat(shell.err()).contains("plans nothing").hasLineCount(1);
    assertThat(shell.run("plan", "--from-cluster", "--ahead")).isEqualTo(2);
    assertThat(shell.run("plan", "--from-cluster", "--param", "who=x")).isEqualTo(2);
    assertThat(shell.run("retry", "abcd", "--plan", "x")).isEqualTo(2);
    assertThat(shell.run("queue", "drop")).isEqualTo(2);
    assertThat(shell.run("queue", "lift", "abcd")).isEqualTo(2);
  }
}
