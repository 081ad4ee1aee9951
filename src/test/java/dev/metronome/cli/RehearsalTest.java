package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.TaskResult;
import dev.metronome.testing.NodeStates;
import dev.metronome.testing.Records;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code plan} on a cluster that a file imagines: there is no Consul. */
class RehearsalTest {

  private static final String TASKS =
      """
      events:
        deploy:
          lane: app
          ordered_tasks:
            - {service: db, tag: primary, task: migrate}
            - {service: app, task: install, serial: [1, "50%"], spread: rack, health: {for: 10s, within: 1m}}
            - {service: cache, task: install}
        restart: {lane: app, ordered_tasks: [{service: app, task: install}]}
        other: {ordered_tasks: [{service: other, task: install}]}
      tasks:
        migrate: {timeout: 600, operations: [{echo: a}]}
        install: {timeout: 120, operations: [{echo: a}]}
      """;

  private static final String NODES =
      """
      nodes:
        db-1: {services: {db: [primary]}}
        db-2: {services: {db: standby}}
        app-1: {services: {app: []}, meta: {rack: r1}}
        app-2: {services: {app: }, meta: {rack: r1}}
        app-3: {services: {app: [blue]}, meta: {rack: r2}}
        app-4: {services: {app: [blue]}, meta: {rack: r2}, agent: false}
        lost: {services: {other: []}, failed: true}
        idle:
      durations: {web/migrate: 2m, install: 30s}
      """;

  @TempDir Path folder;
  private Shell shell;

  @BeforeEach
  void define() throws Exception {
    Files.createDirectories(folder.resolve("web"));
    Files.writeString(folder.resolve("web/task.yml"), TASKS);
    shell =
        Shell.in(folder)
            .environment("METRONOME_FILES", folder.resolve("web/task.yml").toString())
            .environment("CONSUL_HTTP_ADDR", "127.0.0.1:1");
  }

  private static void put(OneNodeCluster cluster, String key, Object record) {
    cluster.connection().commit(new Transaction().set(key, Json.write(record)));
  }

  private int plan(String nodes, String... more) throws Exception {
    Files.writeString(folder.resolve("topology.yml"), nodes);
    String[] words = new String[more.length + 4];
    List.of("plan", "deploy", "--topology", "topology.yml").toArray(words);
    System.arraycopy(more, 0, words, 4, more.length);
    return shell.run(words);
  }

  @Test
  void batches_nodes_and_times_are_those_of_the_imagined_cluster() throws Exception {
    assertThat(plan(NODES, "--json")).as(shell.err()).isEqualTo(4);
    JsonNode plan = new ObjectMapper().readTree(shell.out());
    assertThat(plan.at("/Leader").asText()).isEqualTo("db-1");
    assertThat(plan.at("/Tasks/0/Nodes/0/Node").asText()).isEqualTo("db-1");
    assertThat(plan.at("/Tasks/0/Nodes")).hasSize(1);
    assertThat(plan.at("/Outcome/Message").asText()).contains("app-4");

    String whole = NODES.replace(", agent: false", "");
    assertThat(plan(whole)).as(shell.out()).isZero();
    assertThat(shell.out())
        .contains("batch 1 of 3: app-1\n", "batch 2 of 3: app-2\n", "batch 3 of 3: app-3, app-4\n")
        .containsPattern("0 web/migrate +=+ +2 min 0 s +10 min 0 s")
        .containsPattern("1 web/install + +=+ +2 min 0 s +9 min 0 s")
        .containsPattern("2 web/install +=+ +2 min 0 s +2 min 0 s")
        .containsPattern("all +6 min 0 s +21 min 0 s")
        .doesNotContain("metronome fire");
  }

  @Test
  void what_nobody_says_a_duration_of_is_marked() throws Exception {
    String unknown = NODES.replace("install: 30s", "other: 30s").replace(", agent: false", "");
    assertThat(plan(unknown)).as(shell.err()).isZero();
    assertThat(shell.out())
        .containsPattern("1 web/install +\\?+ +\\? +9 min 0 s")
        .contains("`durations` of the topology, by PATTERN/TASK");
    assertThat(shell.err()).contains("`durations` names other, which is no task here");
  }

  @Test
  void it_begins_after_what_is_in_progress_and_waits_in_its_lane() throws Exception {
    String nodes = NODES.replace(", agent: false", "");
    assertThat(plan(nodes)).as(shell.err()).isZero();
    assertThat(shell.out())
        .containsPattern("lane +app, 1 at once, when_busy: queue\n")
        .containsPattern("would begin +at once\n");

    String queue =
        """
        queue:
          - {event: restart, takes: 1m}
          - {event: deploy, running: yes, takes: 2m30s}
          - {event: other, takes: 1h}
        """;
    assertThat(plan(nodes + queue)).as(shell.err()).isZero();
    assertThat(shell.out())
        .containsPattern(
            "before it +deploy is in progress, usually 2 min 30 s more\nbefore it +restart waits,"
                + " usually 1 min 0 s\n")
        .containsPattern(
            "would begin +in 3 min 30 s at the earliest, after 1 in progress and 1 waiting\n");
    assertThat(plan(nodes + queue.replace(", takes: 1m", "").replace("other", "othr"))).isZero();
    assertThat(shell.out())
        .containsPattern(
            "would begin +at a time that is not known, after 1 in progress and 1 wait");
    assertThat(shell.err()).contains("`queue` names othr, which is no event here; did you mean");
  }

  @Test
  void mistakes_are_told_with_their_place_all_at_once() throws Exception {
    assertThat(
            plan(
                """
                nodes:
                  app-1: {servces: {app: []}}
                  app-1: {}
                  app-2: {agent: perhaps, services: {app: {blue: 1}}}
                  "app 3": {}
                  app-4: text
                durations: {install: soon}
                queue: [{evnt: a}, deploy, {event: deploy, takes: long, running: never}]
                """))
        .isEqualTo(2);
    assertThat(shell.err())
        .contains(
            "topology.yml:2:11: error: unknown key `servces` in node `app-1`; did you mean"
                + " `services`?",
            "topology.yml:3:3: error:",
            "`agent: perhaps` in node `app-2` is neither true nor false",
            "service `app` of node `app-2` must have a list of tags",
            "node `app 3` is no name",
            "node `app-4` must be a mapping",
            "`install: soon` in `durations` is not a number of seconds",
            "unknown key `evnt` in an event of `queue`; did you mean `event`?",
            "an event of `queue` has no `event`",
            "an event of `queue` must be a mapping such as `{event: deploy, takes: 2m}`, found text",
            "`takes: long` in an event of `queue` is not a number of seconds",
            "`running: never` in an event of `queue` is neither true nor false");
    assertThat(shell.run("plan", "deploy", "--topology", "none.yml")).isEqualTo(2);
    assertThat(shell.err()).contains("none.yml", "there is no such file");
    assertThat(shell.run("plan")).isEqualTo(2);
  }

  /** It has taken so long there; its failure elsewhere says nothing. */
  private static void ran(OneNodeCluster cluster, int no, String node, long seconds) {
    Plan plan =
        Records.plan("done-1", List.of(Records.task(no, "install")))
            .open(Records.NOON, List.of("app-1", "app-2", "app-3"));
    put(
        cluster,
        OneNodeCluster.KEYS.result("done-1", no),
        TaskResult.ended(plan, Records.NOON, Outcome.success()));
    put(
        cluster,
        OneNodeCluster.KEYS.result("done-1", no, node),
        NodeResult.of(
            Claim.of("done-1", no, node, node + "/1", 1, Records.NOON)
                .ended(Records.NOON.plusSeconds(seconds), Outcome.success())));
  }

  @Test
  void the_cluster_as_it_is_can_be_rehearsed_on() throws Exception {
    try (OneNodeCluster cluster = new OneNodeCluster()) {
      NodeStates.service(cluster.consul(), "app-1", "app", "app", "blue");
      NodeStates.service(cluster.consul(), "app-2", "app", "app", "green");
      NodeStates.serviceWithoutTags(cluster.consul(), "app-1", "cache");
      NodeStates.serviceWithoutTags(cluster.consul(), "app-2", "cache");
      put(cluster, OneNodeCluster.KEYS.plan(Keys.COMMON_LANE), Records.plan("run-1", 1));
      put(cluster, OneNodeCluster.KEYS.event(1, "w1"), Records.event("w1", "restart"));
      Event before = Records.event("done-1", "restart");
      Instant end = Records.NOON.plusSeconds(130);
      put(
          cluster,
          OneNodeCluster.KEYS.result("done-1"),
          EventResult.ended(before, Records.NOON, end, Outcome.success()));
      ran(cluster, 0, "app-1", 41);
      ran(cluster, 0, "app-2", 60);
      Shell near = cluster.shell(folder);
      assertThat(near.run("plan", "--from-cluster")).as(near.err()).isZero();
      Files.writeString(folder.resolve("now.yml"), near.out());

      assertThat(shell.run("plan", "deploy", "--topology", "now.yml", "--json"))
          .as(shell.err())
          .isNotEqualTo(2);
      JsonNode plan = new ObjectMapper().readTree(shell.out());
      assertThat(plan.at("/Tasks/1/Nodes")).hasSize(2);
      assertThat(Files.readString(folder.resolve("now.yml")))
          .contains("queue:\n- {event: deploy, running: true}\n- {event: restart, takes: 130s}\n");
      assertThat(Files.readString(folder.resolve("now.yml")))
          .contains("\ndurations: {web/install: 51s}\n");
      assertThat(shell.run("plan", "restart", "--topology", "now.yml")).isNotEqualTo(2);
      assertThat(shell.out()).containsPattern("0 web/install +=+ +51.0 s ");
      assertThat(plan.at("/Lane/Ahead")).hasSize(2);
      assertThat(plan.at("/Lane/Ahead/1/LeftSeconds").asInt()).isEqualTo(130);
      assertThat(near.run("plan", "deploy", "--from-cluster")).isEqualTo(2);
    }
  }
}
