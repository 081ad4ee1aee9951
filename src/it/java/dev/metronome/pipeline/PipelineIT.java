package dev.metronome.pipeline;

import static dev.metronome.testing.Rollout.APP;
import static dev.metronome.testing.Rollout.DB;
import static dev.metronome.testing.Rollout.LB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.metronome.testing.AgentProcess;
import dev.metronome.testing.ConsulKeys;
import dev.metronome.testing.Program;
import dev.metronome.testing.Rollout;
import java.nio.file.Path;
import java.util.ArrayList;
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

  /** What an example of docs/rollouts.md does, with the service on all three nodes. */
  private static void everywhere(String service, String tag, Runnable example) {
    int before = rollout.keys(DB).get("/v1/health/service/" + service).size();
    List<String> others = List.of(APP, DB, LB).stream().filter(it -> lacks(it, service)).toList();
    others.forEach(node -> rollout.keys(node).registerService(service, tag));
    await().until(() -> rollout.keys(DB).get("/v1/health/service/" + service).size() == 3);
    try {
      example.run();
    } finally {
      others.forEach(
          node -> rollout.keys(node).status("/v1/agent/service/deregister/" + service, "PUT", ""));
      await().until(() -> rollout.keys(DB).get("/v1/health/service/" + service).size() == before);
    }
  }

  private static boolean lacks(String node, String service) {
    return rollout.keys(node).get("/v1/agent/services").path(service).isMissingNode();
  }

  private static JsonNode result(String key) {
    return rollout.keys(DB).json("metronome/results/" + key).orElseThrow();
  }

  private static List<String> starts(String id) {
    return rollout.steps(id).stream().filter(step -> step.endsWith(" start")).toList();
  }

  @Test
  void a_canary_comes_first_and_the_rest_at_once_unless_it_dies() {
    everywhere("app", "", PipelineIT::canary);
  }

  private static void canary() {
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
    JsonNode task = result(dead + "/0");
    assertThat(task.path("Batch").path("No").asInt()).isEqualTo(1);
    assertThat(task.path("Batch").path("Of").asInt()).isEqualTo(2);
    assertThat(task.path("LeftOut").findValuesAsText("Node")).containsExactly(LB, DB);
    assertThat(task.path("LeftOut").findValuesAsText("Why")).containsOnly("not reached");
  }

  @Test
  void the_primary_comes_first_and_then_its_standbys_one_by_one() {
    everywhere("db", "standby", PipelineIT::primaryFirst);
  }

  private static void primaryFirst() {
    String id = rollout.keys(APP).fire("primary-first");
    assertThat(rollout.awaitEnd(id)).isEqualTo("success");
    assertThat(rollout.steps(id))
        .containsExactly(
            "database " + DB + " start",
            "database " + DB + " end",
            "database " + APP + " start",
            "database " + APP + " end",
            "database " + LB + " start",
            "database " + LB + " end");
  }

  @Test
  void one_of_them_runs_it_or_who_holds_the_key() {
    rollout.keys(LB).hold("app/leader");
    everywhere("app", "", PipelineIT::onOne);
  }

  private static void onOne() {
    String id = rollout.keys(DB).fire("on-one");
    assertThat(rollout.awaitEnd(id)).isEqualTo("success");
    assertThat(starts(id)).containsExactly("quick " + APP + " start", "quick " + LB + " start");
    assertThat(result(id + "/0").path("LeftOut").findValuesAsText("Why"))
        .containsOnly("not chosen by run_on");
  }

  @Test
  void so_many_may_fail_and_one_more_opens_no_further_batch() {
    everywhere("app", "", PipelineIT::someMayFail);
  }

  private static void someMayFail() {
    String id = rollout.keys(DB).fire("some-may-fail");
    assertThat(rollout.awaitEnd(id)).isEqualTo("error");
    assertThat(starts(id)).containsExactly("failing " + APP + " start", "failing " + LB + " start");
    assertThat(result(id).path("Message").asText())
        .contains("stopped after batch 2 of 3 (max_failures 40%), 1 node not reached");
  }

  @Test
  void who_is_at_work_gets_no_traffic_and_the_others_do() {
    everywhere("app", "", PipelineIT::outOfTraffic);
  }

  private static void outOfTraffic() {
    String id = rollout.keys(DB).fire("out-of-traffic");
    for (String node : List.of(APP, LB, DB)) {
      rollout.awaitStep(id, "held " + node + " end");
      await().until(() -> passing().size() == 2 && !passing().contains(node));
      Program.write(Path.of(rollout.journal() + "." + node), "");
    }
    assertThat(rollout.awaitEnd(id)).isEqualTo("success");
    await().until(() -> passing().size() == 3);
  }

  private static List<String> passing() {
    List<String> nodes = new ArrayList<>();
    rollout
        .keys(DB)
        .get("/v1/health/service/app?passing")
        .forEach(entry -> nodes.add(entry.at("/Node/Node").asText()));
    return nodes;
  }

  @Test
  void what_fails_is_rolled_back_where_it_was_at_work_and_nowhere_else() {
    rollout.keys(DB).put("app/schema", "7");
    everywhere("app", "", PipelineIT::rollBack);
  }

  private static void rollBack() {
    String id = rollout.keys(DB).fire("upgrade");
    assertThat(rollout.awaitEnd(id)).isEqualTo("error");
    assertThat(starts(id))
        .containsExactly(
            "migrate " + DB + " start",
            "deadly " + APP + " start",
            "back " + APP + " start",
            "back-to-7-1 " + DB + " start",
            "unlock " + LB + " start");
    assertThat(result(id).path("Message").asText())
        .startsWith("task 1 deadly on " + APP)
        .endsWith("; undone: task 1 deadly, task 0 migrate");
    JsonNode undo = result(id + "/3");
    assertThat(undo.path("Part").asText()).isEqualTo("undo");
    assertThat(undo.path("Undoes").asInt()).isEqualTo(1);
    assertThat(undo.path("Targets")).hasToString("[\"" + APP + "\"]");
  }

  /** With its retry. */
  @Test
  void each_node_is_well_before_the_next_and_a_gate_that_runs_out_is_gone_on_at() {
    everywhere("app", "", PipelineIT::eachWell);
  }

  private static void eachWell() {
    rollout
        .keys(APP)
        .putTo(
            "/v1/agent/check/register",
            "{\"ID\":\"app-http\",\"Name\":\"http\",\"ServiceID\":\"app\",\"TTL\":\"1h\"}");
    try {
      oneByOneByHealth();
      check("warning");
      String sick = rollout.keys(DB).fire("impatient");
      assertThat(rollout.awaitEnd(sick)).isEqualTo("error");
      assertThat(starts(sick)).containsExactly("quick " + APP + " start");
      assertThat(result(sick).path("Reason").asText()).isEqualTo("unhealthy");
      check("passing");
      String again = rollout.retry(sick);
      assertThat(rollout.awaitEnd(again)).isEqualTo("success");
      assertThat(starts(again))
          .doesNotContain("quick " + APP + " start")
          .contains("quick " + LB + " start", "quick " + DB + " start");
      allowedToFail();
    } finally {
      rollout.keys(APP).status("/v1/agent/check/deregister/app-http", "PUT", "");
    }
  }

  /** The gate that failed is looked at again by a retry; the last batch has one all the same. */
  private static void allowedToFail() {
    check("warning");
    String id = rollout.keys(DB).fire("lenient");
    assertThat(rollout.awaitEnd(id)).isEqualTo("error");
    List<String> gates = new ArrayList<>();
    result(id + "/0").path("Gates").forEach(gate -> gates.add(gate.path("Status").asText()));
    assertThat(gates).containsExactly("error", "success", "success");
    assertThat(result(id + "/0").path("Message").asText())
        .isEqualTo(
            "batch 1 of 3 was not well for 1 s within 4 s: " + APP + ": check `http` warning");
    String again = rollout.retry(id);
    await()
        .until(
            () ->
                result(again + "/0")
                    .at("/Gate/What")
                    .asText()
                    .equals(APP + ": check `http` warning"));
    check("passing");
    assertThat(rollout.awaitEnd(again)).isEqualTo("success");
    assertThat(starts(again)).as("it had succeeded everywhere").isEmpty();
  }

  private static void oneByOneByHealth() {
    String id = rollout.keys(DB).fire("gated");
    await().until(() -> rollout.steps(id).contains("application " + APP + " end"));
    await()
        .until(
            () ->
                result(id + "/0")
                    .at("/Gate/What")
                    .asText()
                    .equals(APP + ": check `http` critical"));
    assertThat(rollout.steps(id)).hasSize(2);
    check("passing");
    assertThat(rollout.awaitEnd(id)).as(() -> result(id + "/0").toString()).isEqualTo("success");
    assertThat(rollout.steps(id))
        .containsSubsequence(
            "application " + APP + " end",
            "application " + LB + " start",
            "application " + LB + " end",
            "application " + DB + " start",
            "application " + DB + " end",
            "quick " + LB + " start");
  }

  /** Of the instance of app on its node; registering it again would not change it. */
  private static void check(String status) {
    rollout.keys(APP).putTo("/v1/agent/check/update/app-http", "{\"Status\":\"" + status + "\"}");
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
