package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.metronome.consul.Transaction;
import dev.metronome.testing.Background;
import dev.metronome.testing.NodeStates;
import io.cloudevents.CloudEvent;
import io.cloudevents.jackson.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that look: what they print, and how they end. */
class ViewCommandsTest {
  private static final String TASKS =
      """
      events:
        greet: {task: greet}
        slow: {task: slow}
        break: {ordered_tasks: [{task: greet}, {task: break}, {task: never}]}
      tasks:
        greet:
          operations: [{execute: {script: 'echo hello'}}]
        break:
          operations: [{execute: {script: 'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17; do echo "line $i"; done; exit 3'}}]
        slow:
          operations: [{execute: {script: 'echo begun; until test -e go; do sleep 0.1; done; echo done'}}]
        never:
          operations: [{echo: never}]
      """;

  @TempDir static Path folder;
  @AutoClose private static OneNodeCluster cluster;
  private static String greeted;
  private static String broken;
  private final Shell shell = cluster.shell(folder);

  @BeforeAll
  static void start() throws Exception {
    cluster = OneNodeCluster.running(folder, TASKS);
    Shell shell = cluster.shell(folder);
    assertThat(shell.run("fire", "greet", "--wait")).isZero();
    greeted = shell.out().strip();
    assertThat(shell.run("fire", "break", "--wait")).isEqualTo(1);
    broken = shell.out().strip();
  }

  @Test
  void one_node_may_be_asked_for_and_one_that_there_is_not_is_refused() {
    assertThat(shell.run("nodes", "--node", "n1")).as(shell.err()).isZero();
    assertThat(shell.out()).contains("n1 ").doesNotContain("embedded-server");
    assertThat(shell.run("nodes", "--node", "n2")).isEqualTo(2);
    assertThat(shell.err()).contains("there is no node `n2`; did you mean `n1`?");
  }

  @Test
  void a_log_whose_middle_was_left_out_names_the_command_for_all_of_it() {
    String key = OneNodeCluster.KEYS.log(broken, 0, "n1");
    byte[] log = cluster.text(key).getBytes(StandardCharsets.UTF_8);
    byte[] cut = "begun\n... 12,345 bytes omitted ...\nend\n".getBytes(StandardCharsets.UTF_8);
    cluster.connection().commit(new Transaction().set(key, cut));
    assertThat(shell.run("logs", broken)).as(shell.err()).isZero();
    assertThat(shell.err())
        .contains("this is not all that was printed", "metronome logs " + broken.substring(0, 8))
        .contains(" --full");
    cluster.connection().commit(new Transaction().set(key, log));
    assertThat(shell.run("logs", broken)).isZero();
    assertThat(shell.err()).isEmpty();
  }

  private static String files() {
    return folder.resolve("hello/task.yml").toString();
  }

  private JsonNode json() throws Exception {
    return new ObjectMapper().readTree(shell.out());
  }

  @Test
  void a_queued_event_of_a_newer_version_is_said_to_be_that() {
    String key = OneNodeCluster.KEYS.event(1, "newer-1");
    byte[] newer = "{\"Format\": 99}".getBytes(StandardCharsets.UTF_8);
    cluster.connection().commit(new Transaction().set(key, newer));
    try {
      for (String command : List.of("show", "logs", "cancel")) {
        assertThat(shell.run(command, "newer")).isEqualTo(1);
        assertThat(shell.err())
            .contains(
                "metronome: the record at " + key + " has format 99, this version knows up to 5")
            .doesNotContain("\tat ");
      }
      assertThat(shell.run("events")).isZero();
      assertThat(shell.out()).contains(key + " has format 99", "update the agents");
    } finally { // or it holds up every event of the tests after this one
      cluster.connection().commit(new Transaction().delete(key));
    }
  }

  @Test
  void who_is_left_out_is_named_wherever_an_event_is_shown() throws Exception {
    NodeStates.deadAgent(cluster.consul(), "app-1");
    String said = "1 of 2; app-1 left out: no agent";
    try {
      assertThat(shell.run("fire", "greet", "--wait")).isZero();
      String id = shell.out().strip();
      assertThat(shell.err()).contains("metronome: task 0 greet: " + said);
      assertThat(shell.run("show", id)).isZero();
      assertThat(shell.out()).contains("left out  task 0 greet: " + said).contains("app-1", "skip");
      assertThat(shell.run("events")).isZero();
      assertThat(shell.out()).contains("task 0 greet: " + said);
      assertThat(shell.run("show", id, "--json")).isZero();
      assertThat(json().at("/Tasks/0/LeftOut").asText()).isEqualTo(said);
      assertThat(json().at("/Tasks/0/Nodes/1/Status").asText()).isEqualTo("skip");
      assertThat(shell.run("plan", "greet", "--files", files())).isZero();
      assertThat(shell.out()).contains("1 without agent, left out", "app-1");
    } finally {
      NodeStates.removeAgent(cluster.consul(), "app-1");
    }
  }

  @Test
  void a_maintenance_stands_in_nodes_and_in_a_plan_with_its_reason() {
    NodeStates.maintain(cluster.consul(), "n1", "a new kernel");
    try {
      assertThat(shell.run("nodes")).isZero();
      assertThat(shell.out()).contains("maintenance: a new kernel", "live, leader");
      assertThat(shell.run("plan", "greet", "--files", files())).isZero();
      assertThat(shell.out()).contains("1 ready", "n1 (maintenance: a new kernel)");
      assertThat(shell.run("fire", "greet", "--wait")).isZero();
    } finally {
      NodeStates.endMaintenance(cluster.consul(), "n1");
    }
  }

  @Test
  void status_says_who_leads_and_that_nothing_runs() throws Exception {
    assertThat(shell.run("status")).as(shell.err()).isZero();
    assertThat(shell.out().lines())
        .contains("leader   n1", "agents   1: n1", "queue    empty", "running  nothing");
    assertThat(shell.run("status", "--json")).isZero();
    assertThat(json().at("/Leader/Node").asText()).isEqualTo("n1");
    assertThat(json().at("/Queue/Waiting").asInt()).isZero();
  }

  @Test
  void events_that_have_ended_are_cloud_events_a_line_each() {
    assertThat(shell.run("events", "--cloudevents")).isZero();
    List<CloudEvent> events =
        shell
            .out()
            .lines()
            .map(line -> new JsonFormat().deserialize(line.getBytes(StandardCharsets.UTF_8)))
            .toList();
    assertThat(events).isNotEmpty();
    assertThat(events).extracting(CloudEvent::getType).containsOnly("dev.metronome.event.finished");
    assertThat(events).extracting(CloudEvent::getId).doesNotHaveDuplicates();
    assertThat(events).extracting(CloudEvent::getTime).doesNotContainNull();
  }

  @Test
  void events_are_a_table_newest_first_or_json() throws Exception {
    assertThat(shell.run("events")).isZero();
    assertThat(shell.out().lines().toList().get(0)).startsWith("ID ").contains("STATUS");
    assertThat(shell.out().lines().skip(1).map(line -> line.substring(0, 8)))
        .containsSubsequence(broken.substring(0, 8), greeted.substring(0, 8));
    assertThat(shell.out())
        .contains("x error", "+ success", "exit code 3")
        .doesNotContain("\u001b");
    assertThat(shell.run("events", "--status", "error", "--limit=1", "--json")).isZero();
    assertThat(json().at("/Events/0/ID").asText()).isEqualTo(broken);
    assertThat(shell.run("events", "--status", "timeout,skip")).isZero();
    assertThat(shell.out()).startsWith("none of ");
    for (String since : List.of("1d", "2020-01-31T08:00:00+01:00", "2020-01-31")) {
      assertThat(shell.run("events", "--since", since)).as(shell.err()).isZero();
      assertThat(shell.out()).contains(greeted.substring(0, 8));
    }
    assertThat(shell.run("events", "--name", "break", "--by", "nobody")).isZero();
    assertThat(shell.out()).startsWith("none of ");
    assertThat(shell.run("events", "--name", "break")).isZero();
    assertThat(shell.out())
        .contains(broken.substring(0, 8))
        .doesNotContain(greeted.substring(0, 8));
    assertThat(shell.run("events", "--param", "password=x")).isEqualTo(2);
    assertThat(shell.err()).contains("--param: the parameter password is a secret by its name");
    assertThat(shell.run("events", "--since", "2999-01-31T08:00:00Z")).isZero();
    assertThat(shell.out()).startsWith("none of ");
  }

  @Test
  void colours_are_for_a_person_who_has_not_refused_them() {
    shell.watched();
    assertThat(shell.run("events")).isZero();
    assertThat(shell.out()).contains("\u001b[32m");
    shell.environment("NO_COLOR", "1");
    assertThat(shell.run("events")).isZero();
    assertThat(shell.out()).doesNotContain("\u001b");
  }

  @Test
  void show_has_tasks_on_nodes_and_the_first_and_last_lines_of_a_failed_log() throws Exception {
    assertThat(shell.run("show", broken.substring(0, 4))).as(shell.err()).isZero();
    assertThat(shell.out())
        .containsPattern("event +" + broken + " break\\n")
        .containsPattern("files +hello:[0-9a-f]{12}\\n")
        .contains("0 greet", "+ success", "1 break", "x error")
        .contains("line 1\n", "line 17\n", "7 lines; metronome logs", "exit code 3")
        .doesNotContain("line 5\n");
    assertThat(shell.run("show", broken, "--json")).isZero();
    assertThat(json().get("ID").asText()).isEqualTo(broken);
    assertThat(json().at("/Tasks/1/Nodes/0/Reason").asText()).isEqualTo("failed");
  }

  @Test
  void show_says_once_what_several_nodes_said_alike() {
    String id = "alike";
    assertThat(shell.run("show", broken, "--json")).isZero();
    for (String key : cluster.names(OneNodeCluster.KEYS.result(broken))) {
      String text = cluster.text(OneNodeCluster.KEYS.result(broken) + key).replace(broken, id);
      put(OneNodeCluster.KEYS.result(id) + key, text);
    }
    String run = cluster.text(OneNodeCluster.KEYS.result(broken, 1, "n1"));
    for (String node : List.of("n1", "n2")) {
      put(
          OneNodeCluster.KEYS.result(id, 1, node),
          run.replace(broken, id).replace("\"n1\"", "\"" + node + "\""));
      put(
          OneNodeCluster.KEYS.log(id, 1, node),
          "2026-01-0" + node.charAt(1) + "T10:00:00Z no disk\n");
    }
    assertThat(shell.run("show", id)).as(shell.err()).isZero();
    assertThat(shell.out())
        .contains("task 1 break on n1, n2 said in 1 line:\n  2026-01-01T10:00:00Z no disk")
        .containsOnlyOnce("no disk");
    assertThat(shell.run("watch", id)).isEqualTo(1);
    assertThat(shell.err())
        .contains("metronome: task 1 break on n1, n2: ")
        .containsOnlyOnce("no disk");
  }

  @Test
  void the_newest_batch_is_shown_and_watched_and_who_was_not_reached() {
    String id = "rolled";
    String result = OneNodeCluster.KEYS.result(broken);
    for (String key : cluster.names(result)) {
      put(OneNodeCluster.KEYS.result(id) + key, cluster.text(result + key).replace(broken, id));
    }
    put(
        OneNodeCluster.KEYS.result(id, 1),
        cluster
            .text(OneNodeCluster.KEYS.result(broken, 1))
            .replace(broken, id)
            .replaceFirst(
                "\\}$",
                ",\"Batch\":{\"No\":2,\"Of\":5},\"LeftOut\":[{\"Node\":\"n7\",\"Why\":\"not reached\"}]}"));
    assertThat(shell.run("show", id)).as(shell.err()).isZero();
    assertThat(shell.out()).contains("batch 2 of 5", "n7").containsOnlyOnce("batch");
    assertThat(shell.run("watch", id)).isEqualTo(1);
    assertThat(shell.out())
        .contains("task 1 break: batch 2 of 5 opened")
        .doesNotContain("task 0 greet: batch");
  }

  @Test
  void what_a_task_waits_for_at_its_gate_is_shown_and_watched_with_its_clock() {
    String id = "gated";
    String result = OneNodeCluster.KEYS.result(broken);
    for (String key : cluster.names(result)) {
      put(OneNodeCluster.KEYS.result(id) + key, cluster.text(result + key).replace(broken, id));
    }
    Instant now = Instant.now();
    put(
        OneNodeCluster.KEYS.result(id, 1),
        cluster
            .text(OneNodeCluster.KEYS.result(broken, 1))
            .replace(broken, id)
            .replaceFirst(
                "\\}$",
                ",\"Gate\":{\"Until\":\"%s\",\"Since\":\"%s\",\"What\":\"n7: check `http` critical\"}}"
                    .formatted(now.plusSeconds(3_000), now.minusSeconds(100))));
    assertThat(shell.run("show", id)).as(shell.err()).isZero();
    assertThat(shell.out())
        .containsPattern(
            "waiting for n7: check `http` critical for 1 min \\d+ s, 4\\d min \\d+ s left");
    assertThat(shell.run("show", id, "--json")).isZero();
    assertThat(shell.out()).contains("\"What\":\"n7: check `http` critical\"");
    assertThat(shell.run("watch", id)).isEqualTo(1);
    assertThat(shell.out())
        .containsPattern("task 1 break: waiting for n7: check `http` critical for 1 min \\d+ s, ");
  }

  private static void put(String key, String value) {
    cluster.connection().commit(new Transaction().set(key, value.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void logs_say_whose_they_are_and_can_be_chosen() throws Exception {
    assertThat(shell.run("logs", broken)).isZero();
    assertThat(shell.out()).contains("== task 0 greet on n1, success", "hello", "line 17");
    assertThat(shell.run("logs", broken, "--task", "0", "--node", "n1", "-f")).isZero();
    assertThat(shell.out()).contains("hello").doesNotContain("line 1");
    assertThat(shell.run("logs", broken, "--node", "n9")).isEqualTo(2);
    assertThat(shell.err()).contains("has no log of that task and node").hasLineCount(1);
    assertThat(shell.run("logs", broken, "--json", "--task=1")).isZero();
    assertThat(json().at("/0/Log").asText()).contains("line 17");
  }

  @Test
  void a_running_tasks_output_is_followed_to_its_end() throws Exception {
    assertThat(shell.run("fire", "slow")).isZero();
    String id = shell.out().strip();
    FutureTask<Integer> following = new FutureTask<>(() -> shell.run("logs", id, "-f"));
    Background.run(following);
    await().until(() -> shell.out().contains("begun"));
    assertThat(shell.out()).contains("== task 0 slow on n1, inprogress").doesNotContain("done");
    Files.createFile(folder.resolve("hello/go"));
    assertThat(following.get(3, TimeUnit.MINUTES)).isZero();
    assertThat(shell.out()).containsOnlyOnce("begun").containsOnlyOnce("done");
  }

  @Test
  void of_a_log_whose_middle_was_left_out_only_what_is_new_is_printed() {
    assertThat(LogPrinter.fresh("", "a\nb\n")).isEqualTo("a\nb\n");
    assertThat(LogPrinter.fresh("a\nb\n", "a\nb\nc\n")).isEqualTo("c\n");
    assertThat(LogPrinter.fresh("a\nb\nc\n", "a\n... 2 bytes\nc\nd\n")).isEqualTo("d\n");
    assertThat(LogPrinter.fresh("a\nha", "a\nhalf\n")).isEqualTo("lf\n");
    assertThat(LogPrinter.fresh("a\nha\n", "a\nhalf\n")).isEqualTo("half\n");
    assertThat(LogPrinter.fresh("x\ny\n", "p\nq\n")).isEqualTo("p\nq\n");
    assertThat(LogPrinter.fresh("x\n", "x\n")).isEmpty();
  }

  @Test
  void a_large_log_of_control_characters_cannot_do_anything_to_a_terminal() {
    String line = "\u001b[2J\u001b]0;owned\u0007\u202ecol\tumn <b>\n";
    String log = line.repeat(512 * 1_024 / line.getBytes(StandardCharsets.UTF_8).length);
    cluster
        .connection()
        .commit(
            new Transaction()
                .set(
                    OneNodeCluster.KEYS.log(greeted, 0, "n1"),
                    log.substring(0, Math.min(log.length(), 300_000))
                        .getBytes(StandardCharsets.UTF_8)));
    shell.watched().environment("NO_COLOR", "1");
    assertThat(shell.run("logs", greeted)).isZero();
    assertThat(shell.out())
        .doesNotContain("\u001b", "\u0007", "\u202e")
        .contains("\\u001b[2J", "col\tumn <b>");
  }

  @Test
  void nodes_tell_health_agent_version_files_and_work() throws Exception {
    assertThat(shell.run("nodes")).isZero();
    assertThat(shell.out().lines().filter(line -> line.startsWith("n1 ")).findFirst().orElse(""))
        .matches("n1 +alive +live, leader +test +[0-9: -]+ +hello:[0-9a-f]{12} +idle");
    assertThat(shell.run("nodes", "--json")).isZero();
    assertThat(json().at("/1/Consul").asText()).isEqualTo("alive");
    assertThat(json().at("/1/Agent").asText()).isEqualTo("live");
  }

  @Test
  void nodes_tell_the_roles_of_a_server() throws Exception {
    String key = OneNodeCluster.KEYS.presence("n9");
    String presence =
        "{\"Format\": 2, \"Node\": \"n9\", \"Host\": \"h\", \"StartedAt\": \"2026-11-29T12:00:00Z\","
            + " \"Incarnation\": \"n9/1\", \"Version\": \"1\", \"Pid\": 7, \"Roles\": [\"web\", \"db\"]}";
    byte[] value = presence.getBytes(StandardCharsets.UTF_8);
    cluster.connection().commit(new Transaction().set(key, value));
    try {
      assertThat(shell.run("nodes")).as(shell.err()).isZero();
      assertThat(shell.out()).contains("n9 (web, db) ");
      assertThat(shell.run("nodes", "--node", "n9", "--json")).isZero();
      assertThat(json().at("/0/Roles/1").asText()).isEqualTo("db");
    } finally {
      cluster.connection().commit(new Transaction().delete(key));
    }
  }

  @Test
  void an_empty_queue_says_so() throws Exception {
    assertThat(shell.run("queue")).isZero();
    assertThat(shell.out()).isEqualTo("no event waits\n");
    assertThat(shell.run("queue", "--json")).isZero();
    assertThat(json().get("Waiting").asInt()).isZero();
  }

  @Test
  void an_unknown_beginning_ends_with_3_and_names_the_newest() {
    assertThat(shell.run("show", "ffff-no-such")).isEqualTo(3);
    assertThat(shell.err())
        .contains("no event has an ID that begins with `ffff-no-such`", broken)
        .hasLineCount(1);
  }

  @Test
  void an_ambiguous_beginning_ends_with_2_and_lists_the_candidates() {
    for (String id : new String[] {"same-1", "same-2"}) {
      cluster
          .connection()
          .commit(
              new Transaction()
                  .set(OneNodeCluster.KEYS.result(id), "{}".getBytes(StandardCharsets.UTF_8)));
    }
    assertThat(shell.run("logs", "same")).isEqualTo(2);
    assertThat(shell.err()).contains("same-1, same-2").hasLineCount(1);
    assertThat(shell.run("show", "sam")).isEqualTo(2);
    assertThat(shell.err()).contains("at least 4 characters");
    assertThat(shell.run("show", "a/b")).isEqualTo(2);
  }

  @Test
  void wrong_usage_is_refused() {
    assertThat(shell.run("events", "--status", "sucess")).isEqualTo(2);
    assertThat(shell.err()).contains("--status must be one of queued, inprogress");
    assertThat(shell.run("events", "--limit", "0")).isEqualTo(2);
    assertThat(shell.run("events", "--since", "yesterday")).isEqualTo(2);
    assertThat(shell.run("events", "--since", "2026-01-31T08:00:00")).isEqualTo(2);
    assertThat(shell.err()).contains("--since must be a time with its zone such as 2026-01");
    assertThat(shell.run("logs", broken, "--task", "x")).isEqualTo(2);
    assertThat(shell.run("logs", broken, "-f", "--json")).isEqualTo(2);
    assertThat(shell.run("show")).isEqualTo(2);
  }

  @Test
  void without_consul_each_of_them_ends_with_6() {
    for (String command : new String[] {"status", "events", "nodes", "queue"}) {
      assertThat(shell.run(command, "--port", "1")).as(command).isEqualTo(6);
      assertThat(shell.err()).hasLineCount(1);
    }
  }
}
