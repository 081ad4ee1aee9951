package dev.metronome.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.metronome.consul.Transaction;
import dev.metronome.consul.UserEvents;
import dev.metronome.model.record.Status;
import dev.metronome.telemetry.metrics.DocumentedMetrics;
import dev.metronome.telemetry.metrics.Exposition;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a whole agent serves at /metrics. */
class AgentMetricsTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path folder;
  @AutoClose private AgentCluster cluster;
  private Agent agent;

  @BeforeEach
  void start() throws Exception {
    cluster =
        new AgentCluster(folder)
            .pattern(
                """
                events:
                  deploy: {ordered_tasks: [{task: say}, {task: again}]}
                  failing: {task: fail}
                  rolling: {ordered_tasks: [{task: say, serial: 1}]}
                  stopping: {ordered_tasks: [{task: fail, serial: 1}]}
                tasks:
                  say: {operations: [{echo: {text: one}}]}
                  again: {operations: [{execute: {script: 'true'}}]}
                  fail: {operations: [{execute: {script: exit 3}}]}
                """);
    agent = cluster.started("a");
    Awaitility.await().atMost(PATIENCE).until(agent::isLeader);
  }

  private Exposition scrape() throws Exception {
    return Exposition.of("http://127.0.0.1:" + agent.port() + "/metrics");
  }

  private void await(String sample, double value) {
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(scrape().value(sample)).as(sample).isEqualTo(value));
  }

  @Test
  void it_counts_events_tasks_operations_and_claims() throws Exception {
    long begun = System.nanoTime();
    cluster.fire("e1", "deploy");
    cluster.fire("e2", "failing");
    cluster.fire("e3", "unheard-of");
    assertThat(cluster.ended("e1").status()).isEqualTo(Status.SUCCESS);
    assertThat(cluster.ended("e2").status()).isEqualTo(Status.ERROR);
    assertThat(cluster.ended("e3").status()).isEqualTo(Status.SKIP);

    await("metronome_events_total{outcome=\"success\"}", 1);
    await("metronome_events_total{outcome=\"error\"}", 1);
    await("metronome_events_total{outcome=\"skip\"}", 1);
    await("metronome_events_total{outcome=\"timeout\"}", 0);
    await("metronome_task_duration_seconds_count{outcome=\"success\"}", 2);
    await("metronome_task_duration_seconds_count{outcome=\"error\"}", 1);
    await("metronome_event_duration_seconds_count{outcome=\"success\"}", 1);
    await("metronome_event_wait_seconds_count", 2);
    await("metronome_handover_seconds_count", 1);
    await("metronome_claims_total", 3);
    await("metronome_node_tasks_total{outcome=\"success\"}", 2);
    await("metronome_node_tasks_total{outcome=\"error\"}", 1);
    await("metronome_outcomes_total{ending=\"recorded\"}", 3);
    await("metronome_operation_duration_seconds_count{operation=\"echo\",result=\"success\"}", 1);
    await("metronome_operation_duration_seconds_count{operation=\"execute\",result=\"failed\"}", 1);
    await("metronome_claims_held", 0);
    await("metronome_operations_running", 0);
    Exposition scraped = scrape();
    double all = (System.nanoTime() - begun) / 1e9;
    assertThat(scraped.value("metronome_handover_seconds_sum")).isPositive().isLessThan(all);
    assertThat(scraped.value("metronome_task_duration_seconds_sum{outcome=\"success\"}"))
        .isPositive()
        .isLessThan(all);
  }

  @Test
  void it_counts_batches_and_the_nodes_that_they_do_not_reach() throws Exception {
    cluster.started("b");
    cluster.awaitTogether("deploy", "a", "b");
    cluster.fire("e1", "rolling");
    cluster.fire("e2", "stopping");
    assertThat(cluster.ended("e1").status()).isEqualTo(Status.SUCCESS);
    assertThat(cluster.ended("e2").status()).isEqualTo(Status.ERROR);

    await("metronome_batch_duration_seconds_count{outcome=\"success\"}", 2);
    await("metronome_batch_duration_seconds_count{outcome=\"error\"}", 1);
    await("metronome_batch_not_reached_total", 1);
  }

  @Test
  void it_shows_who_leads_and_how_the_agent_does() throws Exception {
    Exposition scraped = scrape();

    assertThat(scraped.value("metronome_leader")).isEqualTo(1);
    assertThat(scraped.value("metronome_session")).isEqualTo(1);
    assertThat(scraped.value("metronome_info{version=\"test\"}")).isEqualTo(1);
    assertThat(scraped.value("metronome_loops_dead")).isZero();
    assertThat(scraped.value("metronome_watch_age_seconds{watch=\"metronome/nodes/a/\"}"))
        .isBetween(0.0, 100.0);
    assertThat(scraped.value("metronome_consul_requests_total{call=\"session\",result=\"ok\"}"))
        .isPositive();
    assertThat(scraped.value("process_resident_memory_bytes")).isGreaterThan(10_000_000);
  }

  @Test
  void it_shows_what_waits_and_for_how_long() throws Exception {
    cluster.operator.commit(
        new Transaction().set("metronome/event_queue/1/newer", "{\"Format\":99}".getBytes(UTF_8)));
    cluster.fire("e1", "deploy");

    await("metronome_queue_depth{queue=\"event-queue\"}", 2);
    cluster.operator.commit(new Transaction().delete("metronome/event_queue/1/newer"));
    await("metronome_queue_depth{queue=\"event-queue\"}", 0);
    assertThat(scrape().value("metronome_queue_oldest_seconds{queue=\"event-queue\"}")).isZero();
  }

  @Test
  void it_counts_duplicates_and_what_is_set_aside() throws Exception {
    String submission = "{\"Name\": \"deploy\", \"ID\": \"same\"}";
    for (int i = 0; i < 2; i++) {
      agent
          .context()
          .createProducerTemplate()
          .requestBody("direct:submit", new ObjectMapper().readValue(submission, Object.class));
    }
    cluster.operator.commit(
        new Transaction().set("metronome/event_queue/1/broken", "{".getBytes(UTF_8)));

    await("metronome_offered_total{receipt=\"accepted\"}", 1);
    await("metronome_offered_total{receipt=\"duplicate\"}", 1);
    await("metronome_quarantined_total", 1);
  }

  @Test
  void it_counts_what_is_turned_away_and_shows_broken_files() throws Exception {
    agent.close();
    cluster.flag("payload-token", "right").flag("reload-interval", "200ms");
    agent = cluster.started("a");
    assertThat(scrape().value("metronome_task_files_broken")).isZero();

    new UserEvents(cluster.operator).fire("deploy", "wrong");
    await("metronome_rejected_total{reason=\"forged\"}", 1);

    cluster.pattern("events: [");
    await("metronome_task_files_broken", 1);
    cluster.pattern("events: {deploy: {task: say}}\ntasks: {say: {operations: []}}\n");
    await("metronome_task_files_broken", 0);
    await("metronome_reloads_total", 1);
  }

  @Test
  void what_is_served_is_what_is_documented() throws Exception {
    cluster.fire("e1", "deploy");
    assertThat(cluster.ended("e1").status()).isEqualTo(Status.SUCCESS);
    await(
        "metronome_operation_duration_seconds_count{operation=\"execute\",result=\"success\"}", 1);

    Awaitility.await() // some are there once something has happened
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(scrape().types()).isEqualTo(DocumentedMetrics.types());
              assertThat(scrape().labels()).isEqualTo(DocumentedMetrics.labels());
            });
  }
}
