package dev.metronome.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.metronome.testing.AgentProcess;
import dev.metronome.testing.ConsulKeys;
import dev.metronome.testing.RealConsul;
import dev.metronome.testing.SingleConsul;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An operator deletes keys with {@code consul kv delete} and puts a backup back that was made in
 * the middle of an event, with {@code consul kv import}, while an agent runs.
 */
class PutBackIT {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final String TASKS =
      """
      events:
        deploy: {ordered_tasks: [{task: first}, {task: second}]}
        probe: {task: say}
      tasks:
        first:
          operations:
            - execute: {script: 'echo first >> runs; until [ -e go ]; do sleep 0.05; done'}
        second: {operations: [{execute: {script: 'echo second >> runs'}}]}
        say: {operations: [{echo: here}]}
      """;

  @TempDir static Path folder;
  private static SingleConsul consul;
  private static ConsulKeys keys;
  private static AgentProcess agent;
  private static String event;
  private static Path backup;

  /** An event that has ended as a success, and a backup of when it ran. */
  @BeforeAll
  static void start() throws Exception {
    consul = SingleConsul.start(folder, "n1");
    keys = new ConsulKeys(consul.address());
    Path tasks = Files.createDirectories(folder.resolve("site")).resolve("task.yml");
    Files.writeString(tasks, TASKS);
    agent =
        AgentProcess.start(
            folder.resolve("agent.log"),
            List.of(
                "--host=127.0.0.1",
                "--port=" + consul.port(),
                "--files=" + tasks,
                "--state-dir=" + folder.resolve("state"),
                "--session-ttl=10s"));
    agent.awaitStarted();
    event = keys.fire("deploy");
    await().atMost(PATIENCE).until(() -> Files.exists(folder.resolve("site/runs")));
    backup = folder.resolve("backup.json");
    Files.writeString(backup, consul("kv", "export", "metronome/"));
    Files.createFile(folder.resolve("site/go"));
    await().atMost(PATIENCE).until(() -> keys.status(event).equals("success"));
  }

  @AfterAll
  static void stop() {
    if (agent != null) {
      agent.close();
    }
    if (consul != null) {
      consul.close();
    }
  }

  private static String consul(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(RealConsul.binary().toString()));
    command.addAll(List.of(arguments));
    command.add(3, "-http-addr=127.0.0.1:" + consul.port());
    Path said = Files.createTempFile(folder, "consul", ".out");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
    String text = Files.readString(said, UTF_8);
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }

  /** Of the backup what lies below a prefix. */
  private static void restore(String prefix) throws Exception {
    ArrayNode some = MAPPER.createArrayNode();
    for (JsonNode entry : MAPPER.readTree(backup.toFile())) {
      if (entry.path("key").asText().startsWith(prefix)) {
        some.add(entry);
      }
    }
    assertThat(some).as("what the backup has of %s", prefix).isNotEmpty();
    Path file = Files.writeString(folder.resolve("some.json"), some.toString());
    consul("kv", "import", "@" + file);
  }

  private static void delete(String prefix) throws Exception {
    consul("kv", "delete", "-recurse", prefix);
  }

  /** Whatever was done, this is how it is in the end. */
  private static void assertThatAllIsWell() {
    String probe = keys.fire("probe");
    await().atMost(PATIENCE).until(() -> keys.status(probe).equals("success"));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              Map<String, String> all = keys.all("metronome/");
              assertThat(all.keySet())
                  .as("folders, presence and leader are back")
                  .contains(
                      "metronome/event_queue/" + all.get("metronome/queue_bucket") + "/",
                      "metronome/progress_task_queue/",
                      "metronome/nodes/n1/agent",
                      "metronome/leader");
              assertThat(all.keySet())
                  .as("nothing waits or runs")
                  .noneMatch(key -> key.matches("metronome/(event_queue|claims)/.*[^/]"))
                  .noneMatch(key -> key.startsWith("metronome/queued/" + event))
                  .noneMatch(key -> key.contains("/tasks/"));
              assertThat(all.get("metronome/progress_task_queue/common")).doesNotContain("Event");
              assertThat(all.get("metronome/nodes/n1/task.common")).isNullOrEmpty();
              assertThat(lock("metronome/nodes/n1/agent")).isNotEmpty();
              assertThat(lock("metronome/leader")).isNotEmpty();
            });
    assertThat(runs()).as("runs of the tasks").containsExactly("first", "second");
    assertThat(agent.isAlive()).isTrue();
    assertThat(agent.log()).doesNotContain("\tat ", "state=lost");
  }

  private static List<String> runs() {
    try {
      return Files.readAllLines(folder.resolve("site/runs"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String lock(String key) {
    return keys.get("/v1/kv/" + key).path(0).path("Session").asText("");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "metronome/event_queue/",
        "metronome/queue_bucket",
        "metronome/progress_task_queue/",
        "metronome/nodes/n1/agent",
        "metronome/nodes/",
        "metronome/leader",
        "metronome/"
      })
  void what_is_deleted_and_is_an_agents_own_comes_back(String prefix) throws Exception {
    Map<String, String> before = keys.all("metronome/results/");
    delete(prefix);

    assertThatAllIsWell();
    if (prefix.equals("metronome/")) {
      keys.put("metronome/results/" + event, before.get("metronome/results/" + event));
    }
    assertThat(keys.status(event)).isEqualTo("success");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "metronome/event_queue/",
        "metronome/queue_bucket",
        "metronome/progress_task_queue/",
        "metronome/nodes/n1/task.common",
        "metronome/nodes/n1/agent",
        "metronome/nodes/",
        "metronome/leader",
        "metronome/"
      })
  void what_is_put_back_old_runs_nothing_again_and_changes_no_end(String prefix) throws Exception {
    restore(prefix);

    assertThatAllIsWell();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(keys.status(event)).isEqualTo("success");
              assertThat(keys.status(event + "/0/n1")).isIn("success", "");
            });
  }

  /** Nothing in Consul says any more that it has ended; the node knows. */
  @Test
  void a_backup_into_an_emptied_consul_leads_to_the_same_end_without_a_run() throws Exception {
    delete("metronome/");
    agent.kill();
    agent =
        AgentProcess.start(
            folder.resolve("agent.log"),
            List.of(
                "--host=127.0.0.1",
                "--port=" + consul.port(),
                "--files=" + folder.resolve("site/task.yml"),
                "--state-dir=" + folder.resolve("state"),
                "--session-ttl=10s"));
    agent.awaitStarted();
    restore("metronome/");

    await().atMost(PATIENCE).until(() -> keys.status(event).equals("success"));
    assertThat(agent.log()).contains("event=" + event + " no=0 state=ended-before");
    assertThat(agent.log()).contains("event=" + event + " no=1 state=ended-before");
    assertThatAllIsWell();
  }

  /** The queue's old entry of an event that has a result. */
  @Test
  void an_event_that_is_queued_again_is_dropped_with_a_word() throws Exception {
    keys.queue(
        event,
        "{\"Format\":1,\"ID\":\"%s\",\"Name\":\"deploy\",\"AcceptedAt\":\"2026-03-01T12:00:00Z\"}"
            .formatted(event));

    agent.awaitLog("event=" + event + " state=duplicate it has a result already and is dropped");
    assertThatAllIsWell();
    assertThat(keys.status(event)).isEqualTo("success");
  }
}
