package dev.metronome.pipeline;

import static dev.metronome.testing.Rollout.APP;
import static dev.metronome.testing.Rollout.DB;
import static dev.metronome.testing.Rollout.LB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.metronome.testing.AgentProcess;
import dev.metronome.testing.Rollout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to a rollout when a process of it goes away. */
class LossIT {

  /** So long that whatever comes in minutes does not come by its end. */
  private static final List<String> LASTING_SESSION = List.of("--session-ttl", "1h");

  @TempDir private Path folder;
  @AutoClose private Rollout rollout;

  @BeforeEach
  void start() throws Exception {
    rollout = Rollout.start(folder);
  }

  @Test
  void a_rollout_goes_on_when_its_leader_is_killed() {
    rollout.startAgent(DB, DB, LASTING_SESSION).awaitStarted().awaitLog("leader=this agent");
    rollout.startAgent(APP).awaitStarted();
    rollout.startAgent(LB).awaitStarted();
    String id = rollout.keys(APP).fire("slow");
    rollout.awaitStep(id, "slow " + APP + " start");
    rollout.agent(DB).kill();
    await("a new leader").atMost(Duration.ofMinutes(3)).until(() -> rollout.leader() != null);
    assertThat(rollout.awaitEnd(id)).isEqualTo("success");
    assertThat(rollout.steps(id))
        .containsExactly(
            "quick " + DB + " start",
            "quick " + DB + " end",
            "slow " + APP + " start",
            "slow " + APP + " end",
            "quick " + LB + " start",
            "quick " + LB + " end");
  }

  @Test
  void a_node_that_is_killed_while_it_runs_a_task_ends_it_as_lost() {
    rollout.startAgent(DB).awaitStarted().awaitLog("leader=this agent");
    rollout.startAgent(APP).awaitStarted();
    rollout.startAgent(LB).awaitStarted();
    String id = rollout.keys(DB).fire("slower");
    rollout.awaitStep(id, "slower " + APP + " start");
    rollout.agent(APP).kill();
    assertThat(rollout.awaitEnd(id)).isEqualTo("error");
    JsonNode node = rollout.keys(DB).json("metronome/results/" + id + "/1/" + APP).orElseThrow();
    assertThat(node.path("Reason").asText()).isEqualTo("lost");
    assertThat(node.path("Message").asText()).contains(APP);
    assertThat(rollout.steps(id)).noneMatch(step -> step.contains(LB));
  }

  @Test
  void a_restarted_agent_records_what_was_interrupted_and_takes_new_work() {
    rollout.startAgent(DB).awaitStarted().awaitLog("leader=this agent");
    rollout.startAgent(APP).awaitStarted();
    String id = rollout.keys(DB).fire("slower");
    rollout.awaitStep(id, "slower " + APP + " start");
    assertThat(maintenance()).contains("event " + id + " (slower), task 1 slower");
    rollout.agent(APP).kill();
    assertThat(maintenance()).isNotEmpty();
    rollout.startAgent(APP).awaitStarted();
    rollout.startAgent(LB).awaitStarted();
    assertThat(rollout.awaitEnd(id)).isEqualTo("error");
    await().atMost(Duration.ofMinutes(3)).until(() -> maintenance().isEmpty());
    JsonNode node = rollout.keys(DB).json("metronome/results/" + id + "/1/" + APP).orElseThrow();
    assertThat(node.path("Reason").asText()).isIn("interrupted", "lost");
    assertThat(rollout.steps(id)).doesNotContain("slower " + APP + " end");
    String next = rollout.keys(DB).fire("deploy");
    assertThat(rollout.awaitEnd(next)).isEqualTo("success");
  }

  /** Why the service app is out of traffic; empty if it is not. */
  private String maintenance() {
    return rollout
        .keys(APP)
        .get("/v1/agent/checks")
        .path("_service_maintenance:app")
        .path("Notes")
        .asText("");
  }

  @Test
  void a_leader_that_is_stopped_hands_over_and_leaves_consul_in_order() {
    rollout.startAgent(DB, DB, LASTING_SESSION).awaitStarted().awaitLog("leader=this agent");
    rollout.startAgent(APP).awaitStarted();
    rollout.startAgent(LB).awaitStarted();
    AgentProcess leader = rollout.agent(DB);
    leader.terminate();
    await("a new leader")
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> rollout.agent(APP).leads() || rollout.agent(LB).leads());
    assertThat(leader.awaitExit()).isZero();
    assertThat(leader.log()).contains("state=stopped");
    assertThat(rollout.keys(DB).all("metronome/nodes/"))
        .doesNotContainKey("metronome/nodes/" + DB + "/agent");
    assertThat(rollout.keys(DB).get("/v1/agent/services").toString())
        .doesNotContain("metronome-" + DB);
  }

  @Test
  void a_matching_node_without_an_agent_fails_the_task_by_name() {
    rollout.startAgent(DB).awaitStarted().awaitLog("leader=this agent");
    rollout.startAgent(LB).awaitStarted();
    String id = rollout.keys(DB).fire("deploy");
    assertThat(rollout.awaitEnd(id)).isEqualTo("error");
    JsonNode event = rollout.keys(DB).json("metronome/results/" + id).orElseThrow();
    assertThat(event.path("Reason").asText()).isEqualTo("unreachable");
    assertThat(event.path("Message").asText()).contains(APP);
    assertThat(rollout.steps(id)).noneMatch(step -> step.contains(LB));
  }

  @Test
  void a_matching_node_that_consul_reports_as_failed_fails_the_task_at_once() {
    rollout.startAgent(DB).awaitStarted().awaitLog("leader=this agent");
    rollout.consul().kill(APP);
    await("Consul notices")
        .atMost(Duration.ofMinutes(3))
        .until(
            () ->
                rollout
                    .keys(DB)
                    .get("/v1/health/node/" + APP)
                    .toString()
                    .contains("\"Status\":\"critical\""));
    String id = rollout.keys(DB).fire("deploy");
    assertThat(rollout.awaitEnd(id)).isEqualTo("error");
    JsonNode node = rollout.keys(DB).json("metronome/results/" + id + "/1/" + APP).orElseThrow();
    assertThat(node.path("Reason").asText()).isEqualTo("unreachable");
  }

  @Test
  void an_agent_outlives_its_consul_agent() {
    rollout.startAgent(DB).awaitStarted().awaitLog("leader=this agent");
    rollout.startAgent(APP).awaitStarted();
    rollout.startAgent(LB).awaitStarted();
    rollout.consul().kill(APP);
    rollout.agent(APP).awaitLog("it will be tried again");
    rollout.consul().restart(APP);
    rollout.keys(APP).registerService("app");
    await("the agent is back")
        .atMost(Duration.ofMinutes(3))
        .until(
            () ->
                hasSession(APP)
                    && rollout.keys(DB).get("/v1/health/service/metronome?passing").size() == 3
                    && rollout.keys(DB).get("/v1/health/service/app?passing").size() == 1);
    String id = rollout.keys(DB).fire("deploy");
    assertThat(rollout.awaitEnd(id)).isEqualTo("success");
  }

  @Test
  void an_agent_started_without_consul_waits_for_it() {
    rollout.consul().kill(LB);
    AgentProcess agent = rollout.startAgent(LB);
    agent.awaitLog("consul=unreachable");
    assertThat(agent.isAlive()).isTrue();
    rollout.consul().restart(LB);
    agent.awaitStarted();
    assertThat(List.of(agent.log().split("consul=unreachable", -1))).hasSize(2);
  }

  private boolean hasSession(String node) {
    String presence = "/v1/kv/metronome/nodes/" + node + "/agent";
    return rollout.keys(DB).status(presence, "GET", "") == 200
        && rollout.keys(DB).get(presence).path(0).has("Session");
  }
}
