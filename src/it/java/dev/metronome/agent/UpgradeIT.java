package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.testing.AgentProcess;
import dev.metronome.testing.ConsulCluster;
import dev.metronome.testing.ConsulKeys;
import dev.metronome.testing.PreviousRelease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Agents of two versions in one cluster, while an event is in progress (docs/records.md). */
class UpgradeIT {

  private static final String DB = "server-0";
  private static final String APP = "app-1";
  private static final String LB = "lb-1";

  /** What both versions know. */
  private static final String TASKS =
      """
      events:
        deploy:
          ordered_tasks:
            - {task: first}
            - {service: db, task: at_db}
            - {service: app, task: at_app}
            - {task: last}
      tasks:
        first: {operations: [execute: {script: '%1$s first'}]}
        at_db: {operations: [execute: {script: '%1$s at_db'}]}
        at_app: {operations: [execute: {script: '%1$s at_app'}]}
        last: {operations: [execute: {script: '%1$s last'}]}
      """;

  /** Says who runs what, and stays until it may go. */
  private static final String STEP =
      """
      #!/bin/sh
      cd "$(dirname "$0")" || exit 1
      echo "$1 $METRONOME_NODE" >> journal
      case $1 in at_*) while [ ! -e "go.$1" ]; do sleep 0.1; done ;; esac
      """;

  private enum Version {
    PREVIOUS,
    THIS
  }

  @TempDir private Path folder;
  private final Map<String, AgentProcess> agents = new LinkedHashMap<>();
  private final List<AgentProcess> all = new ArrayList<>();
  private ConsulCluster consul;
  private ConsulKeys keys;

  @BeforeEach
  void cluster() throws IOException {
    PreviousRelease.jar();
    Path step = folder.resolve("step");
    Files.writeString(step, STEP);
    assertThat(step.toFile().setExecutable(true)).isTrue();
    tasks("task.yml", TASKS.formatted(step));
    String deploy = "  deploy:\n    ordered_tasks:\n";
    String tasks = TASKS.formatted(step);
    assertThat(tasks).contains(deploy);
    tasks("lanes.yml", tasks.replace(deploy, "  deploy:\n    lane: hotfix\n    ordered_tasks:\n"));
    tasks(
        "batches.yml",
        tasks.replace(
            "{task: first}",
            "{service: metronome, task: first, serial: 1, health: {for: 1s, within: 1m}}"));
    tasks(
        "approvals.yml",
        tasks.replace(
            deploy,
            deploy
                + "      - approve: {message: now, by: [ops], timeout: 1s, on_timeout: approve}\n"));
    consul = ConsulCluster.start(1, List.of(APP, LB));
    keys = new ConsulKeys(consul.http(DB));
    keys.registerService("db");
    new ConsulKeys(consul.http(APP)).registerService("app");
    await("services")
        .atMost(Duration.ofMinutes(3))
        .until(
            () ->
                keys.get("/v1/health/service/db").size() == 1
                    && keys.get("/v1/health/service/app").size() == 1);
  }

  @AfterEach
  void end() {
    all.forEach(AgentProcess::close);
    consul.close();
  }

  private void tasks(String name, String text) throws IOException {
    Path file = Files.createDirectories(folder.resolve(name + ".d/site")).resolve("task.yml");
    Files.writeString(file, text);
  }

  private void start(String node, Version version, String tasks) {
    Path jar = version == Version.PREVIOUS ? PreviousRelease.jar() : AgentProcess.jar();
    AgentProcess agent =
        AgentProcess.start(
            folder.resolve(node + "-" + all.size() + ".log"),
            jar,
            List.of(),
            List.of(
                "--host=127.0.0.1",
                "--port=" + consul.httpPort(node),
                "--files=" + folder.resolve(tasks + ".d/site/task.yml")),
            Map.of());
    all.add(agent);
    agents.put(node, agent);
  }

  private void replace(String node, Version version, String tasks) {
    agents.get(node).terminate();
    agents.get(node).awaitExit();
    start(node, version, tasks);
    agents.get(node).awaitStarted();
  }

  /** The first one leads. */
  private void startAll(List<String> nodes, Version version, String tasks) {
    String leader = nodes.get(0);
    start(leader, version, tasks);
    agents.get(leader).awaitStarted();
    await("a leader").atMost(Duration.ofMinutes(3)).until(() -> agents.get(leader).leads());
    nodes.subList(1, nodes.size()).forEach(node -> start(node, version, tasks));
    nodes.forEach(node -> agents.get(node).awaitStarted());
  }

  private List<String> journal() throws IOException {
    Path file = folder.resolve("journal");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  private void awaitStep(String step) {
    await(step).atMost(Duration.ofMinutes(3)).until(() -> journal().contains(step));
  }

  private void release(String task) throws IOException {
    Files.createFile(folder.resolve("go." + task));
  }

  private void awaitEnd(String event) {
    await("end of " + event)
        .atMost(Duration.ofMinutes(3))
        .until(() -> !List.of("", "inprogress").contains(keys.status(event)));
  }

  /**
   * @param first NO of its first task
   */
  private void assertRunOnce(String event, int first) throws IOException {
    assertThat(keys.status(event)).isEqualTo("success");
    assertThat(journal())
        .containsExactlyInAnyOrder(
            "first " + DB,
            "first " + APP,
            "first " + LB,
            "at_db " + DB,
            "at_app " + APP,
            "last " + DB,
            "last " + APP,
            "last " + LB);
    List<List<String>> nodes =
        List.of(List.of(DB, APP, LB), List.of(DB), List.of(APP), List.of(DB, APP, LB));
    for (int no = 0; no < nodes.size(); no++) {
      for (String node : nodes.get(no)) {
        String end = "metronome/results/" + event + "/" + (first + no) + "/" + node;
        String status = keys.json(end).orElseThrow().get("Status").asText();
        assertThat(status).as(end).isEqualTo("success");
      }
    }
    assertThat(keys.all("metronome/event_queue/").keySet())
        .noneMatch(key -> key.endsWith("/" + event));
  }

  @ParameterizedTest
  @CsvSource({
    "PREVIOUS,THIS,lb-1",
    "PREVIOUS,THIS,server-0",
    "THIS,PREVIOUS,lb-1",
    "THIS,PREVIOUS,server-0"
  })
  void agents_are_replaced_one_by_one_in_the_middle_of_an_event_whoever_leads(
      Version from, Version to, String leader) throws IOException {
    List<String> order = new ArrayList<>(List.of(LB, APP, DB));
    order.remove(leader);
    order.add(0, leader);
    startAll(order, from, "task.yml");
    String event = keys.fire("deploy");
    awaitStep("at_db " + DB);

    replace(LB, to, "task.yml");
    replace(APP, to, "task.yml");
    release("at_db");
    awaitStep("at_app " + APP);
    replace(DB, to, "task.yml");
    release("at_app");

    awaitEnd(event);
    assertRunOnce(event, 0);
  }

  @ParameterizedTest
  @CsvSource({
    "lanes.yml,progress_task_queue/hotfix,0",
    "batches.yml,progress_task_queue/common,0",
    "approvals.yml,progress_task_queue/common,1"
  })
  void an_older_leader_leaves_a_plan_that_it_does_not_know_alone_and_says_so(
      String files, String slot, int first) throws IOException {
    startAll(List.of(LB, APP, DB), Version.THIS, files);
    String event = keys.fire("deploy");
    awaitStep("at_db " + DB);

    replace(APP, Version.PREVIOUS, "task.yml");
    agents.get(DB).pause(); // so that it does not lead next
    agents.get(LB).terminate();
    agents.get(LB).awaitExit();
    await("an older leader").atMost(Duration.ofMinutes(3)).until(() -> agents.get(APP).leads());
    agents.get(DB).resume();
    agents.get(APP).awaitLog("state=left-alone");
    assertThat(agents.get(APP).log()).contains(slot);
    String stands = keys.json("metronome/" + slot).orElseThrow().toString();
    release("at_db");
    start(LB, Version.THIS, files);
    agents.get(LB).awaitStarted();
    assertThat(keys.json("metronome/" + slot).orElseThrow()).hasToString(stands);
    replace(APP, Version.THIS, files);
    awaitStep("at_app " + APP);
    release("at_app");

    awaitEnd(event);
    assertRunOnce(event, first);
  }

  @Test
  void an_older_agent_leaves_a_task_of_a_lane_alone_and_says_so() throws IOException {
    startAll(List.of(LB, DB), Version.THIS, "lanes.yml");
    start(APP, Version.PREVIOUS, "task.yml");
    agents.get(APP).awaitStarted();
    String event = keys.fire("deploy");
    agents.get(APP).awaitLog("state=left-alone");
    assertThat(journal()).doesNotContain("first " + APP);

    replace(APP, Version.THIS, "lanes.yml");
    release("at_db");
    release("at_app");
    awaitEnd(event);
    assertRunOnce(event, 0);
  }

  /** Batches, gates and approvals are the leader's: what a node is told to do is as ever. */
  @ParameterizedTest
  @CsvSource({"batches.yml,0", "approvals.yml,1"})
  void an_older_agent_runs_its_tasks_of_a_plan_that_it_does_not_know(String files, int first)
      throws IOException {
    startAll(List.of(LB, DB), Version.THIS, files);
    start(APP, Version.PREVIOUS, "task.yml");
    agents.get(APP).awaitStarted();
    String event = keys.fire("deploy");
    release("at_db");
    release("at_app");

    awaitEnd(event);
    assertRunOnce(event, first);
  }
}
