package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ServiceMaintenance;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import dev.metronome.testing.Member;
import dev.metronome.testing.NodeStates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A step that says {@code drain}: its service is out of traffic while its task is at work. */
class DrainedTaskTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String OURS = "metronome/ on a: event %s (%s), task 0 %s";
  private static final String OPERATORS = "a new disk";

  private static final String PATTERN =
      """
      events:
        install: {ordered_tasks: [{service: APP, tag: blue, task: hold, drain: 0}]}
        failing: {ordered_tasks: [{service: app, task: fail, drain: 0}]}
        slowly: {ordered_tasks: [{service: app, task: fail, drain: 1h}]}
        foreign: {ordered_tasks: [{service: esm, task: fail, drain: 0}]}
      tasks:
        hold:
          operations: [{execute: {script: 'touch "$HERE/held"; until [ -e "$HERE/go" ]; do sleep 0.05; done'}}]
        fail:
          retry: {attempts: 2, backoff: 0}
          operations: [{execute: {script: 'echo tried >> "$HERE/tried"; exit 3'}}]
      environments: {HERE: "%s"}
      """;

  @TempDir Path folder;
  @AutoClose private AgentCluster cluster;
  private ConsulConnection operator;
  private ServiceMaintenance services;

  @BeforeEach
  void prepare() throws Exception {
    cluster = new AgentCluster(folder).pattern(PATTERN.formatted(folder));
    operator = Member.connection(cluster.consul, "a");
    services = new ServiceMaintenance(operator);
    NodeStates.service(cluster.consul, "a", "app-1", "app", "blue");
    NodeStates.service(cluster.consul, "a", "app-2", "app", "blue");
    NodeStates.service(cluster.consul, "a", "app-3", "app", "green");
    NodeStates.service(cluster.consul, "a", "other", "other", "blue");
  }

  @AfterEach
  void close() {
    operator.close();
  }

  private Agent start() throws Exception {
    Agent agent = cluster.started("a");
    await().atMost(PATIENCE).until(agent::isLeader);
    return agent;
  }

  private void awaitReasons(Map<String, String> wanted) {
    await().atMost(PATIENCE).until(() -> services.reasons().equals(wanted));
  }

  private String log(String id) {
    return cluster.text(cluster.keys.log(id, 0, "a"));
  }

  @Test
  void all_instances_of_the_service_and_tag_are_out_of_traffic_while_it_runs_and_no_others()
      throws Exception {
    start();
    cluster.fire("e1", "install");
    await().atMost(PATIENCE).until(() -> Files.exists(folder.resolve("held")));

    String reason = OURS.formatted("e1", "install", "hold");
    assertThat(services.reasons()).isEqualTo(Map.of("app-1", reason, "app-2", reason));
    Files.writeString(folder.resolve("go"), "");

    assertThat(cluster.ended("e1").status()).isEqualTo(Status.SUCCESS);
    assertThat(services.reasons()).isEmpty();
    assertThat(log("e1"))
        .contains("-- Service app-1 is out of traffic", "-- Service app-2 is back in traffic");
  }

  @Test
  void a_task_that_fails_is_tried_again_out_of_traffic_and_the_service_is_back_then()
      throws Exception {
    start();
    cluster.fire("e1", "failing");

    assertThat(cluster.ended("e1").status()).isEqualTo(Status.ERROR);
    assertThat(services.reasons()).isEmpty();
    assertThat(Files.readAllLines(folder.resolve("tried"))).hasSize(2);
    assertThat(log("e1")).containsOnlyOnce("-- Service app-1 is out of traffic");
  }

  @Test
  void a_cancellation_ends_the_waiting_at_once_and_the_service_is_back() throws Exception {
    LoneAgent agent = LoneAgent.start(cluster);
    agent.cluster().fire("e1", "slowly");
    String reason = OURS.formatted("e1", "slowly", "fail");
    awaitReasons(Map.of("app-1", reason, "app-2", reason, "app-3", reason));

    agent.http().send("POST", "/v1/events/e1/cancel", "");

    assertThat(cluster.ended("e1").reason()).hasValue(Reason.CANCELLED);
    assertThat(services.reasons()).isEmpty();
    assertThat(folder.resolve("tried")).doesNotExist();
  }

  @Test
  void a_stop_of_the_agent_ends_the_waiting_and_the_service_is_back() throws Exception {
    Agent agent = start();
    cluster.fire("e1", "slowly");
    await().atMost(PATIENCE).until(() -> services.reasons().size() == 3);

    agent.close();

    assertThat(services.reasons()).isEmpty();
  }

  @Test
  void a_service_that_the_nodes_own_consul_agent_does_not_know_fails_the_task_before_it_runs()
      throws Exception {
    start();
    NodeStates.catalogOnly(cluster.consul, "a", "esm");
    cluster.fire("e1", "foreign");

    assertThat(cluster.ended("e1").message().orElseThrow())
        .contains(
            "no instance of esm is registered with the Consul agent of node a", "nothing was run");
    assertThat(folder.resolve("tried")).doesNotExist();
  }

  @Test
  void a_maintenance_of_an_operator_stays_with_its_reason() throws Exception {
    NodeStates.maintainService(cluster.consul, "a", "app-1", OPERATORS);
    start();
    cluster.fire("e1", "failing");

    cluster.ended("e1");
    assertThat(services.reasons()).isEqualTo(Map.of("app-1", OPERATORS));
    assertThat(log("e1"))
        .contains("service app-1 is in maintenance already and will stay there: " + OPERATORS);
  }

  @Test
  void what_a_killed_agent_of_this_node_has_left_is_back_at_the_next_start_and_nothing_else()
      throws Exception {
    Map<String, String> others =
        Map.of(
            "app-2", OPERATORS,
            "app-3", OURS.formatted("e0", "install", "hold").replace("on a:", "on b:"),
            "other", OURS.formatted("e0", "install", "hold").replace("metronome/", "staging/"));
    others.forEach((id, reason) -> NodeStates.maintainService(cluster.consul, "a", id, reason));
    NodeStates.maintainService(
        cluster.consul, "a", "app-1", OURS.formatted("e0", "install", "hold"));

    start();

    awaitReasons(others);
  }

  @Test
  void a_maintenance_that_was_left_by_another_task_becomes_that_of_this_one() throws Exception {
    start();
    awaitReasons(Map.of());
    NodeStates.maintainService(
        cluster.consul, "a", "app-1", OURS.formatted("e0", "install", "hold"));
    cluster.fire("e1", "failing");

    cluster.ended("e1");
    assertThat(services.reasons()).isEmpty();
  }
}
