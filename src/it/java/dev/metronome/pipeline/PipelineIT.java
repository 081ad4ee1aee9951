package dev.metronome.pipeline;

import static dev.metronome.testing.Rollout.APP;
import static dev.metronome.testing.Rollout.DB;
import static dev.metronome.testing.Rollout.LB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.metronome.testing.AgentProcess;
import dev.metronome.testing.ConsulKeys;
import dev.metronome.testing.Rollout;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pipeline on real Consul processes, three agents, as an operator would run it. */
class PipelineIT {

  private static Rollout rollout;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    rollout = Rollout.start(folder).withAgents();
  }

  @AfterAll
  static void stop() {
    if (rollout != null) {
      rollout.close();
    }
  }

  @Test
  void databases_come_first_and_load_balancers_last() {
    String id = rollout.keys(DB).fire("deploy");
    assertThat(rollout.awaitEnd(id)).isEqualTo("success");
    assertThat(rollout.steps(id))
        .containsExactly(
            "database " + DB + " start",
            "database " + DB + " end",
            "application " + APP + " start",
            "application " + APP + " end",
            "balancer " + LB + " start",
            "balancer " + LB + " end");
  }

  @Test
  void a_stranger_reads_results_and_logs_as_the_original_wrote_them() {
    String id = rollout.keys(LB).fire("deploy");
    rollout.awaitEnd(id);
    ConsulKeys keys = rollout.keys(APP);
    JsonNode event = keys.json("metronome/results/" + id).orElseThrow();
    assertThat(event.path("ID").asText()).isEqualTo(id);
    assertThat(event.path("Name").asText()).isEqualTo("deploy");
    assertThat(event.path("Status").asText()).isEqualTo("success");
    assertThat(event.path("FinishedAt").asText()).matches("\\d{4}-\\d\\d-\\d\\dT.*(Z|[+-].*)");
    JsonNode task = keys.json("metronome/results/" + id + "/1").orElseThrow();
    assertThat(task.path("EventID").asText()).isEqualTo(id);
    assertThat(task.path("No").asInt()).isEqualTo(1);
    assertThat(task.path("Name").asText()).isEqualTo("application");
    JsonNode node = keys.json("metronome/results/" + id + "/1/" + APP).orElseThrow();
    assertThat(node.path("Node").asText()).isEqualTo(APP);
    assertThat(node.path("Status").asText()).isEqualTo("success");
    assertThat(keys.all("metronome/results/" + id + "/1/" + APP + "/log").values())
        .singleElement()
        .asString()
        .matches("(?s).*\\d{4}-\\d\\d-\\d\\dT\\S+ \\[INFO ] application done on " + APP + "\\n");
  }

  @Test
  void nothing_but_results_is_left_of_a_finished_event() {
    String id = rollout.keys(DB).fire("everywhere");
    rollout.awaitEnd(id);
    await()
        .untilAsserted(
            () ->
                assertThat(rollout.keys(DB).all("metronome/").keySet())
                    .filteredOn(key -> key.contains(id))
                    .allMatch(key -> key.startsWith("metronome/results/" + id)));
  }

  @Test
  void a_task_without_filter_runs_once_on_every_node() {
    String id = rollout.keys(APP).fire("everywhere");
    assertThat(rollout.awaitEnd(id)).isEqualTo("success");
    assertThat(rollout.steps(id))
        .filteredOn(step -> step.endsWith("start"))
        .containsExactlyInAnyOrder(
            "quick " + DB + " start", "quick " + APP + " start", "quick " + LB + " start");
  }

  @Test
  void a_node_in_maintenance_runs_ordered_tasks_and_those_for_every_node() {
    rollout.keys(APP).status("/v1/agent/maintenance?enable=true&reason=kernel", "PUT", "");
    try {
      await()
          .until(
              () -> rollout.keys(DB).get("/v1/health/node/" + APP).toString().contains("kernel"));
      String ordered = rollout.keys(DB).fire("deploy");
      assertThat(rollout.awaitEnd(ordered)).isEqualTo("success");
      assertThat(rollout.steps(ordered)).contains("application " + APP + " end");
      String everywhere = rollout.keys(DB).fire("everywhere");
      assertThat(rollout.awaitEnd(everywhere)).isEqualTo("success");
      assertThat(rollout.steps(everywhere)).contains("quick " + APP + " end");
    } finally {
      rollout.keys(APP).status("/v1/agent/maintenance?enable=false", "PUT", "");
    }
  }

  @Test
  void an_event_that_nobody_defines_ends_as_skip() {
    String id = rollout.keys(DB).fire("unheard-of");
    assertThat(rollout.awaitEnd(id)).isEqualTo("skip");
    assertThat(rollout.keys(DB).json("metronome/results/" + id).orElseThrow().toString())
        .contains("undefined", "no agent's task files define the event unheard-of");
  }

  @Test
  void a_user_event_that_lacks_a_parameter_ends_at_the_door_of_one_agent_and_is_never_queued() {
    String id = rollout.keys(DB).fire("versioned");
    assertThat(rollout.awaitEnd(id)).isEqualTo("error");
    assertThat(rollout.keys(DB).json("metronome/results/" + id).orElseThrow().toString())
        .contains("the event was rejected: parameter `version` is missing", "send it by fire");
    await()
        .untilAsserted(
            () ->
                assertThat(List.of(DB, APP, LB))
                    .extracting(node -> rollout.agent(node).log())
                    .filteredOn(
                        log -> log.contains("event=" + id + " name=versioned state=rejected"))
                    .hasSize(1));
    assertThat(rollout.steps(id)).isEmpty();
  }

  @Test
  void a_task_is_tried_again_on_its_node_before_the_next_task_begins_elsewhere() {
    String id = rollout.keys(DB).fire("flaky");
    assertThat(rollout.awaitEnd(id)).isEqualTo("success");
    assertThat(rollout.steps(id))
        .filteredOn(step -> step.endsWith("start"))
        .extracting(step -> step.substring(0, step.indexOf(' ')))
        .containsExactly("flaky", "flaky", "flaky", "quick");
    assertThat(
            rollout
                .keys(DB)
                .json("metronome/results/" + id + "/0/" + APP)
                .orElseThrow()
                .path("Attempt")
                .asInt())
        .isEqualTo(3);
  }

  @Test
  void consul_filters_the_nodes_of_a_task_and_one_that_it_cannot_read_ends_the_event() {
    rollout.keys(DB).registerService("app");
    await().until(() -> rollout.keys(DB).get("/v1/health/service/app").size() == 2);
    try {
      String id = rollout.keys(DB).fire("filtered");
      assertThat(rollout.awaitEnd(id)).isEqualTo("error");
      assertThat(rollout.steps(id))
          .containsExactly(
              "quick " + DB + " start",
              "quick " + DB + " end",
              "quick " + LB + " start",
              "quick " + LB + " end");
      assertThat(rollout.keys(DB).json("metronome/results/" + id).orElseThrow().toString())
          .contains(
              "the nodes of site/quick are not known: Consul cannot read the filter: Failed to");
    } finally {
      rollout.keys(DB).status("/v1/agent/service/deregister/app", "PUT", "");
      await().until(() -> rollout.keys(DB).get("/v1/health/service/app").size() == 1);
    }
  }

  /** The example of docs/rollouts.md. */
  @Test
  void a_canary_comes_first_and_the_rest_at_once_unless_it_dies() {
    List<String> rest = List.of(DB, LB);
    rest.forEach(node -> rollout.keys(node).registerService("app"));
    await().until(() -> rollout.keys(DB).get("/v1/health/service/app").size() == 3);
    try {
      String id = rollout.keys(DB).fire("canary");
      assertThat(rollout.awaitEnd(id)).isEqualTo("success");
      List<String> steps = rollout.steps(id);
      assertThat(steps.subList(0, 2))
          .containsExactly("application " + APP + " start", "application " + APP + " end");
      assertThat(steps.subList(2, 6))
          .containsExactlyInAnyOrder(
              "application " + DB + " start",
              "application " + DB + " end",
              "application " + LB + " start",
              "application " + LB + " end");
      assertThat(steps).endsWith("quick " + LB + " start", "quick " + LB + " end");

      String dead = rollout.keys(DB).fire("dead-canary");
      assertThat(rollout.awaitEnd(dead)).isEqualTo("error");
      assertThat(rollout.steps(dead))
          .containsExactly("deadly " + APP + " start", "deadly " + APP + " end");
      JsonNode task = rollout.keys(DB).json("metronome/results/" + dead + "/0").orElseThrow();
      assertThat(task.path("Batch").path("No").asInt()).isEqualTo(1);
      assertThat(task.path("Batch").path("Of").asInt()).isEqualTo(2);
      assertThat(task.path("LeftOut").findValuesAsText("Node")).containsExactly(LB, DB);
      assertThat(task.path("LeftOut").findValuesAsText("Why")).containsOnly("not reached");
    } finally {
      rest.forEach(
          node -> rollout.keys(node).status("/v1/agent/service/deregister/app", "PUT", ""));
      await().until(() -> rollout.keys(DB).get("/v1/health/service/app").size() == 1);
    }
  }

  /** The example of docs/rollouts.md. */
  @Test
  void what_fails_is_rolled_back_where_it_was_at_work_and_nowhere_else() {
    List<String> rest = List.of(DB, LB);
    rest.forEach(node -> rollout.keys(node).registerService("app"));
    await().until(() -> rollout.keys(DB).get("/v1/health/service/app").size() == 3);
    rollout.keys(DB).put("app/schema", "7");
    try {
      String id = rollout.keys(DB).fire("upgrade");
      assertThat(rollout.awaitEnd(id)).isEqualTo("error");
      assertThat(rollout.steps(id).stream().filter(step -> step.endsWith("start")))
          .containsExactly(
              "migrate " + DB + " start",
              "deadly " + APP + " start",
              "back " + APP + " start",
              "back-to-7-1 " + DB + " start",
              "unlock " + LB + " start");
      JsonNode event = rollout.keys(DB).json("metronome/results/" + id).orElseThrow();
      assertThat(event.path("Message").asText())
          .startsWith("task 1 deadly on " + APP)
          .endsWith("; undone: task 1 deadly, task 0 migrate");
      JsonNode undo = rollout.keys(DB).json("metronome/results/" + id + "/3").orElseThrow();
      assertThat(undo.path("Part").asText()).isEqualTo("undo");
      assertThat(undo.path("Undoes").asInt()).isEqualTo(1);
      assertThat(undo.path("Targets")).hasToString("[\"" + APP + "\"]");
    } finally {
      rest.forEach(
          node -> rollout.keys(node).status("/v1/agent/service/deregister/app", "PUT", ""));
      await().until(() -> rollout.keys(DB).get("/v1/health/service/app").size() == 1);
    }
  }

  @Test
  void events_fired_together_run_one_after_another_in_the_order_of_the_queue() {
    List<String> ids =
        List.of(
            rollout.keys(DB).fire("deploy"),
            rollout.keys(DB).fire("everywhere"),
            rollout.keys(DB).fire("deploy"));
    ids.forEach(id -> assertThat(rollout.awaitEnd(id)).isEqualTo("success"));
    ids.forEach(
        id ->
            assertThat(rollout.steps(id))
                .as("starts of %s", id)
                .filteredOn(step -> step.endsWith("start"))
                .hasSize(3)
                .doesNotHaveDuplicates());
  }

  @Test
  void an_unreadable_event_is_set_aside_and_the_next_one_runs() {
    String key = rollout.keys(DB).queue("broken-1", "{\"ID\": ");
    String id = rollout.keys(DB).fire("everywhere");
    assertThat(rollout.awaitEnd(id)).isEqualTo("success");
    assertThat(rollout.awaitEnd("broken-1")).isEqualTo("error");
    await()
        .untilAsserted(
            () ->
                assertThat(rollout.keys(DB).all("metronome/"))
                    .containsKey(key.replace("metronome/", "metronome/quarantine/"))
                    .doesNotContainKey(key));
    await()
        .untilAsserted(
            () ->
                assertThat(List.of(DB, APP, LB))
                    .extracting(node -> rollout.agent(node).log())
                    .anyMatch(log -> log.contains(key)));
  }

  @Test
  void a_second_agent_of_one_node_name_refuses_and_names_the_process() {
    AgentProcess second = rollout.startAgent(APP, "second", List.of());
    assertThat(second.awaitExit()).isEqualTo(7);
    assertThat(second.log())
        .contains(
            "the node name "
                + APP
                + " is held on this host by process "
                + rollout.agent(APP).pid());
    String id = rollout.keys(DB).fire("deploy");
    assertThat(rollout.awaitEnd(id)).isEqualTo("success");
  }
}
