package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.metronome.consul.Transaction;
import dev.metronome.testing.Background;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FireCommandTest {
  private static final String TASKS =
      """
      events:
        greet: {task: greet}
        welcome:
          parameters: {who: {required: true, pattern: "[a-z]+", description: whom to greet}}
          task: greet
        break: {ordered_tasks: [{task: greet}, {task: break}, {task: never}]}
        dawdle: {task: dawdle}
        late: {task: late}
        nowhere: {ordered_tasks: [{service: none, task: greet}]}
      tasks:
        greet:
          operations: [{execute: {script: 'echo "hello $METRONOME_PARAM_who"'}}]
        break:
          operations: [{execute: {script: 'echo "about to fail"; exit 3'}}]
        never:
          operations: [{echo: never}]
        late:
          timeout: 1
          operations: [{execute: {script: 'sleep 300'}}]
        dawdle:
          operations: [{execute: {script: 'until test -e go; do sleep 0.1; done'}}]
      """;

  private static final String FILES = "hello/task.yml";

  @TempDir static Path folder;
  @AutoClose private static OneNodeCluster cluster;
  private final Shell shell = cluster.shell(folder);

  @BeforeAll
  static void start() throws Exception {
    cluster = OneNodeCluster.running(folder, TASKS);
  }

  @Test
  void the_id_and_nothing_else_is_on_stdout_and_the_event_takes_place() {
    assertThat(shell.run("fire", "greet")).as(shell.err()).isZero();
    assertThat(shell.out()).matches("[0-9a-f-]{36}\n");
    assertThat(shell.err()).isEmpty();
    String id = shell.out().strip();
    await()
        .untilAsserted(
            () ->
                assertThat(cluster.text(OneNodeCluster.KEYS.result(id)))
                    .contains("\"success\"", "\"fire\"", "@"));
  }

  @Test
  void who_cannot_read_the_signing_key_is_told_that_the_event_is_not_signed() {
    assertThat(shell.run("fire", "greet", "--signing-key-file", "none")).as(shell.err()).isZero();
    assertThat(shell.err())
        .contains("signing keys", "none cannot be read; what is sent is not signed");
  }

  @Test
  void a_parameter_reaches_the_script() {
    assertThat(shell.run("fire", "greet", "--param", "who=$(id) x=y", "-wait")).isZero();
    String log = OneNodeCluster.KEYS.log(shell.out().strip(), 0, "n1");
    assertThat(cluster.text(log)).contains("hello $(id) x=y");
  }

  @Test
  void what_the_agents_task_files_do_not_take_is_refused_before_anything_is_queued() {
    assertThat(shell.run("fire", "welcome", "--param", "wo=S3cret")).isEqualTo(2);
    assertThat(shell.out()).isEmpty();
    assertThat(shell.err())
        .contains(
            "parameter `wo` is not declared; did you mean `who`?; parameter `who` is missing (whom"
                + " to greet); nothing was queued; `metronome plan`")
        .doesNotContain("S3cret");
    assertThat(shell.run("fire", "welcome", "--param", "who=S3cret")).isEqualTo(2);
    assertThat(shell.err()).contains("`[a-z]+`").doesNotContain("S3cret");
    assertThat(shell.run("fire", "welcome", "--param", "who=you", "--wait")).isZero();
  }

  @Test
  void a_user_event_without_them_ends_as_error_at_the_door_of_push() {
    shell.in("[{\"ID\": \"u1\", \"Name\": \"welcome\", \"Payload\": null}]");
    assertThat(shell.run("push")).as(shell.err()).isZero();
    assertThat(cluster.text(OneNodeCluster.KEYS.result("u1")))
        .contains("\"error\"", "the event was rejected: parameter `who` is missing");
    assertThat(shell.run("show", "u1")).isZero();
    assertThat(shell.out()).contains("send it by fire");
  }

  @Test
  void an_event_runs_on_the_nodes_of_its_limit_and_a_slip_in_their_names_queues_nothing() {
    assertThat(shell.run("fire", "greet", "--limit", "n2")).isEqualTo(2);
    assertThat(shell.out()).isEmpty();
    assertThat(shell.err())
        .contains(
            "its limit names n2, where no agent lives; did you mean `n1`?; nothing was queued");
    assertThat(shell.run("fire", "greet", "--limit", "0")).isEqualTo(2);
    assertThat(shell.err()).contains("a limit is at least 1 node");
    assertThat(shell.run("plan", "greet", "--limit", "n2", "--files", FILES)).isEqualTo(1);
    assertThat(shell.out())
        .contains(
            "1 ready, not in the event's limit", "is in its limit (n2)", "where no agent lives");
    assertThat(shell.run("plan", "greet", "--limit", "n1", "--files", FILES)).isZero();
    assertThat(shell.out()).contains("metronome fire greet --limit n1 --plan ");

    assertThat(shell.run("fire", "greet", "--limit", "n1", "--wait")).as(shell.err()).isZero();
    String id = shell.out().strip();
    assertThat(cluster.text(OneNodeCluster.KEYS.result(id))).contains("\"Limit\":\"n1\"");
    assertThat(shell.run("show", id)).isZero();
    assertThat(shell.out()).containsPattern("(?m)^limit +n1$");
  }

  @Test
  void waiting_says_one_line_for_each_change_of_state() {
    assertThat(shell.run("fire", "greet", "--wait")).isZero();
    assertThat(shell.out()).matches("[0-9a-f-]{36}\n");
    assertThat(shell.err().lines())
        .contains(
            "event greet: dispatched",
            "task 0 greet: opened for n1",
            "task 0 greet on n1: inprogress")
        .anyMatch(line -> line.matches("task 0 greet on n1: success in \\d+\\.\\d s"))
        .anyMatch(line -> line.matches("event greet: success in \\d+\\.\\d s"))
        .doesNotHaveDuplicates();
  }

  @Test
  void a_person_sees_a_picture() {
    shell.environment("LANG", "C.UTF-8").watched();
    assertThat(shell.run("fire", "greet", "--wait")).isZero();
    assertThat(shell.out()).contains("✔ success", "0 greet", "n1", "1 of 1 tasks", "\u001b[J");
    assertThat(shell.err()).isEmpty();
  }

  @Test
  void a_failure_names_task_node_and_reason_and_ends_with_the_log() {
    assertThat(shell.run("fire", "break", "--wait")).isEqualTo(1);
    String id = shell.out().substring(0, 8);
    assertThat(shell.err())
        .contains(
            "metronome: task 1 break on n1: ",
            "the script ended with exit code 3",
            "the end of its log (all of it: metronome logs " + id + " --task 1 --node n1):",
            "about to fail",
            "task 1 break: error in ",
            "s (on n1)",
            "s (task 1 break on n1)",
            "metronome: to go on at task 1 break: metronome retry " + id)
        .doesNotContain("never");
  }

  @Test
  void a_tasks_own_timeout_is_exit_code_124_for_whoever_waits() {
    assertThat(shell.run("fire", "late", "--wait")).as(shell.err()).isEqualTo(124);
    assertThat(shell.err()).contains("longer than its timeout of 1 s");
    String id = shell.out().strip();
    assertThat(shell.run("watch", id)).as(shell.err()).isEqualTo(124);
    assertThat(shell.run("retry", id, "--wait")).as(shell.err()).isEqualTo(124);
  }

  @Test
  void json_is_the_result_with_tasks_and_nodes() throws Exception {
    assertThat(shell.run("fire", "break", "--wait", "--json")).isEqualTo(1);
    JsonNode event = new ObjectMapper().readTree(shell.out());
    assertThat(event.get("Name").asText()).isEqualTo("break");
    assertThat(event.get("Status").asText()).isEqualTo("error");
    assertThat(event.at("/Tasks/2/Status").asText()).isEqualTo("dropped");
    JsonNode node = event.at("/Tasks/1/Nodes/0");
    assertThat(node.get("Node").asText()).isEqualTo("n1");
    assertThat(node.get("Reason").asText()).isEqualTo("failed");
    assertThat(node.get("StartedAt").asText()).endsWith("Z");
  }

  @Test
  void json_without_waiting_is_the_event_as_it_was_accepted() throws Exception {
    assertThat(shell.run("fire", "greet", "--param", "who=Åsa", "--json")).isZero();
    JsonNode event = new ObjectMapper().readTree(shell.out());
    assertThat(event.get("ID").asText()).matches("[0-9a-f-]{36}");
    assertThat(event.get("Name").asText()).isEqualTo("greet");
    assertThat(event.get("Status").asText()).isEqualTo("queued");
    assertThat(event.get("AcceptedAt").asText()).endsWith("Z");
    assertThat(event.get("Source").asText()).isEqualTo("fire");
    assertThat(event.get("By").asText()).contains("@");
    assertThat(event.at("/Params/who").asText()).isEqualTo("Åsa");
  }

  @Test
  void whoever_follows_and_whoever_looks_later_get_the_same_json() throws Exception {
    assertThat(shell.run("fire", "break", "--param", "who=me", "--wait", "--json")).isEqualTo(1);
    JsonNode followed = new ObjectMapper().readTree(shell.out());
    String id = followed.get("ID").asText();
    assertThat(shell.run("show", id, "--json")).isZero();
    assertThat(new ObjectMapper().readTree(shell.out())).isEqualTo(followed);
    assertThat(shell.run("watch", id, "--json")).isEqualTo(1);
    assertThat(new ObjectMapper().readTree(shell.out().lines().reduce("", (a, b) -> b)))
        .isEqualTo(followed);
  }

  @Test
  void parameters_stay_with_the_result_and_secrets_do_not() {
    String[] fire = {"fire", "greet", "--param", "who=you", "--param", "db_password=hunter22"};
    assertThat(shell.run(fire)).isZero();
    String id = shell.out().strip();
    assertThat(shell.run("watch", id)).as(shell.err()).isZero();
    assertThat(shell.run("show", id)).isZero();
    assertThat(shell.out()).contains("db_password=********, who=you").doesNotContain("hunter22");
    assertThat(shell.run("events")).isZero();
    assertThat(shell.out()).contains("db_password=********, who=you").doesNotContain("hunter22");
    assertThat(cluster.text(OneNodeCluster.KEYS.result(id)))
        .contains("\"who\":\"you\"", "\"db_password\":\"********\"")
        .doesNotContain("hunter22");
  }

  @Test
  void an_event_that_nobody_defines_is_accepted_and_the_exit_code_is_3() {
    assertThat(shell.run("fire", "gret")).isEqualTo(3);
    assertThat(shell.out()).matches("[0-9a-f-]{36}\n");
    assertThat(shell.err().lines().filter(line -> line.startsWith("metronome: "))) // no agent's log
        .containsExactly(
            "metronome: no agent's task files define the event `gret`, so it will end as skip;"
                + " did you mean `greet`?");
    assertThat(shell.run("fire", "gret", "--wait")).isEqualTo(3);
    assertThat(shell.err()).contains("did you mean `greet`?");
  }

  @Test
  void an_event_that_no_node_matches_is_no_failure_but_says_so() throws Exception {
    Path own = folder.resolve("own");
    try (OneNodeCluster hasty = OneNodeCluster.running(own, TASKS, "1s")) {
      Shell sender = hasty.shell(own);
      assertThat(sender.run("fire", "nowhere", "--wait")).as(sender.err()).isZero();
      assertThat(sender.err()).contains("metronome: nothing was done: no node matches");
    }
  }

  @Test
  void an_event_that_stands_still_is_not_silent() throws Exception {
    Shell sender = cluster.shell(folder);
    FutureTask<Integer> following = new FutureTask<>(() -> sender.run("fire", "nowhere", "--wait"));
    Background.run(following);
    await().until(() -> sender.err().contains("metronome: task 0 greet waits for a node"));
    assertThat(shell.run("cancel", sender.out().strip())).isZero();
    assertThat(following.get(3, TimeUnit.MINUTES)).isEqualTo(1);
    assertThat(sender.err()).containsOnlyOnce("waits for a node that matches none");
  }

  @Test
  void an_event_that_consul_has_forgotten_is_said_to_be_gone_with_exit_code_3() throws Exception {
    try (OneNodeCluster empty = new OneNodeCluster()) {
      Shell sender = empty.shell(folder);
      FutureTask<Integer> following = new FutureTask<>(() -> sender.run("fire", "greet", "--wait"));
      Background.run(following);
      await().until(() -> !empty.names(OneNodeCluster.KEYS.queued("")).isEmpty());
      String id = empty.names(OneNodeCluster.KEYS.queued("")).get(0);
      Shell watcher = empty.shell(folder);
      FutureTask<Integer> watching = new FutureTask<>(() -> watcher.run("watch", id));

      Background.run(watching);
      await().until(() -> watching.isDone() || sender.err().contains("no agent is running"));

      empty.connection().commit(new Transaction().deleteTree(OneNodeCluster.KEYS.eventQueue()));

      assertThat(following.get(3, TimeUnit.MINUTES)).isEqualTo(3);
      assertThat(sender.err())
          .contains("event " + id + " greet is gone: Consul has no record of it any more")
          .contains("last seen in the queue");
      assertThat(watching.get(3, TimeUnit.MINUTES)).isEqualTo(3);
    }
  }

  @Test
  void the_time_may_be_over_before_the_event_is() throws Exception {
    assertThat(shell.run("fire", "dawdle", "--wait", "--timeout", "300ms")).isEqualTo(124);
    assertThat(shell.err())
        .contains("not ended after 300ms; the event " + shell.out().strip() + " goes on");
    Files.createFile(folder.resolve("hello/go")); // else what comes next would wait behind it
  }

  @Test
  void wrong_usage_is_refused_before_anything_is_sent() {
    assertThat(shell.run("fire")).isEqualTo(2);
    assertThat(shell.run("fire", "a/b")).isEqualTo(2);
    assertThat(shell.err()).contains("none of them a slash");
    assertThat(shell.run("fire", "greet", "--param", "novalue")).isEqualTo(2);
    assertThat(shell.run("fire", "greet", "--timeout", "1s")).isEqualTo(2);
    assertThat(shell.run("fire", "greet", "--wait", "--timeout", "soon")).isEqualTo(2);
    assertThat(shell.err()).contains("--timeout must be a duration").hasLineCount(1);
    assertThat(shell.out()).isEmpty();
  }

  @Test
  void without_consul_the_exit_code_is_6_and_one_sentence_says_why() {
    assertThat(shell.run("fire", "greet", "--port", "1")).isEqualTo(6);
    assertThat(shell.err()).startsWith("metronome: Consul at http://127.0.0.1:1").hasLineCount(1);
    assertThat(shell.out()).isEmpty();
  }

  @Test
  void a_host_without_an_address_was_not_reached() throws Exception {
    assertThat(shell.run("fire", "deploy", "--host", "nosuchhost.invalid")).isEqualTo(6);
    assertThat(shell.err())
        .contains("no address is known for this host (nosuchhost.invalid")
        .doesNotContain("was accepted")
        .hasLineCount(1);
  }

  @Test
  void without_an_agent_the_event_waits_and_the_sender_is_told() {
    try (OneNodeCluster empty = new OneNodeCluster()) {
      Shell lonely = empty.shell(folder);
      assertThat(lonely.run("fire", "greet")).isZero();
      assertThat(lonely.err()).contains("no agent is running; the event waits in the queue");
      String id = lonely.out().strip();
      assertThat(empty.waiting()).containsExactly(id);
      assertThat(lonely.run("fire", "greet", "--wait", "--timeout", "100ms")).isEqualTo(124);
    }
  }
}
