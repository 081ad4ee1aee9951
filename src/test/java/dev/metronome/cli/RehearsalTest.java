package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.metronome.testing.NodeStates;
import java.nio.file.Files;
import java.nio.file.Path;
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
          ordered_tasks:
            - {service: db, tag: primary, task: migrate}
            - {service: app, task: install, serial: [1, "50%"], spread: rack, health: {for: 10s, within: 1m}}
            - {service: cache, task: install}
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
            "`install: soon` in `durations` is not a number of seconds");
    assertThat(shell.run("plan", "deploy", "--topology", "none.yml")).isEqualTo(2);
    assertThat(shell.err()).contains("none.yml", "there is no such file");
    assertThat(shell.run("plan")).isEqualTo(2);
  }

  @Test
  void the_cluster_as_it_is_can_be_rehearsed_on() throws Exception {
    try (OneNodeCluster cluster = new OneNodeCluster()) {
      NodeStates.service(cluster.consul(), "app-1", "app", "app", "blue");
      NodeStates.service(cluster.consul(), "app-2", "app", "app", "green");
      NodeStates.serviceWithoutTags(cluster.consul(), "app-1", "cache");
      NodeStates.serviceWithoutTags(cluster.consul(), "app-2", "cache");
      Shell near = cluster.shell(folder);
      assertThat(near.run("plan", "--from-cluster")).as(near.err()).isZero();
      Files.writeString(folder.resolve("now.yml"), near.out());

      assertThat(shell.run("plan", "deploy", "--topology", "now.yml", "--json"))
          .as(shell.err())
          .isNotEqualTo(2);
      JsonNode plan = new ObjectMapper().readTree(shell.out());
      assertThat(plan.at("/Tasks/1/Nodes")).hasSize(2);
      assertThat(near.run("plan", "deploy", "--from-cluster")).isEqualTo(2);
    }
  }
}
