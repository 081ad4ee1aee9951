package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Format;
import dev.metronome.model.record.Freeze;
import dev.metronome.model.record.FreezeScope;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Slot;
import dev.metronome.model.record.Status;
import dev.metronome.pipeline.queue.EventQueue;
import dev.metronome.pipeline.traffic.Freezes;
import dev.metronome.testing.NodeStates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events of several lanes side by side on whole agents. Each {@code hold} runs until it is let. */
class LanesTest {

  @TempDir Path folder;
  @AutoClose private AgentCluster cluster;

  @BeforeEach
  void define() throws Exception {
    cluster = new AgentCluster(folder);
    cluster.pattern(
        """
        events:
          slow: {ordered_tasks: [{service: app, task: hold}]}
          fix: {lane: db, ordered_tasks: [{service: db, task: quick}]}
          fix-app: {lane: db, ordered_tasks: [{service: app, task: quick}]}
          wide: {lane: {name: wide, limit: 2}, ordered_tasks: [{service: app, task: hold}]}
          once: {lane: {name: once, when_busy: reject}, ordered_tasks: [{service: app, task: hold}]}
          newest: {lane: {name: newest, when_busy: replace}, ordered_tasks: [{service: app, task: hold}]}
        tasks:
          hold:
            operations:
              - execute: {script: "echo $METRONOME_EVENT_ID >> %1$s/begun; until [ -e %1$s/let.$METRONOME_EVENT_ID ]; do sleep 0.05; done"}
          quick: {operations: [{echo: {text: done}}]}
        """
            .formatted(folder));
    NodeStates.serviceWithoutTags(cluster.consul, "n1", "app");
    NodeStates.serviceWithoutTags(cluster.consul, "n2", "db");
    cluster.started("n1");
    cluster.started("n2");
  }

  private void let(String id) throws Exception {
    Files.createFile(folder.resolve("let." + id));
  }

  private void awaitBegun(String... ids) {
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(() -> assertThat(folder.resolve("begun")).exists().content().contains(ids));
  }

  private Optional<Plan> plan(String slot) {
    String key = cluster.keys.plan(slot);
    return cluster.operator.get(key).flatMap(entry -> Slot.plan(key, entry.value()));
  }

  @Test
  void an_event_of_another_lane_passes_one_that_takes_long() throws Exception {
    cluster.fire("s1", "slow");
    awaitBegun("s1");
    cluster.fire("s2", "slow");
    cluster.fire("f1", "fix");

    assertThat(cluster.ended("f1").status()).isEqualTo(Status.SUCCESS);
    assertThat(plan("common")).map(plan -> plan.event().id()).contains("s1");
    assertThat(cluster.result("s2")).as("one after another in one lane").isEmpty();
    let("s1");
    let("s2");
    assertThat(cluster.ended("s1").status()).isEqualTo(Status.SUCCESS);
    assertThat(cluster.ended("s2").status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void a_node_runs_one_task_at_a_time_and_the_other_waits_longer_than_it_may_without_reason()
      throws Exception {
    cluster.fire("s1", "slow");
    awaitBegun("s1");
    cluster.fire("f1", "fix-app");

    await().atMost(Duration.ofMinutes(1)).until(() -> plan("db").filter(Plan::isOpen).isPresent());
    String key = cluster.keys.assignment("n1", "db");
    Assignment second =
        Json.read(key, cluster.operator.get(key).orElseThrow().value(), Assignment.class);
    assertThat(second.format()).as("agents of before leave it alone").isEqualTo(Format.TRAFFIC);
    assertThat(plan("db").orElseThrow().format()).isEqualTo(Format.TRAFFIC);
    let("s1");
    assertThat(cluster.ended("s1").status()).isEqualTo(Status.SUCCESS);
    assertThat(cluster.ended("f1").status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void a_lane_has_as_many_in_progress_as_its_limit_says() throws Exception {
    cluster.fire("w1", "wide");
    cluster.fire("w2", "wide");
    cluster.fire("w3", "wide");
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> plan("wide.1").isPresent() && plan("wide.2").isPresent());
    assertThat(cluster.result("w3")).isEmpty();
    awaitBegun("w1");
    let("w1");
    awaitBegun("w2");

    await().atMost(Duration.ofMinutes(1)).until(() -> cluster.result("w3").isPresent());
    assertThat(plan("wide.1").orElseThrow().event().id()).isEqualTo("w3");
    let("w2");
    let("w3");
    assertThat(cluster.ended("w3").status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void an_event_that_does_not_wait_for_its_lane_ends_at_once_and_names_what_is_there()
      throws Exception {
    cluster.fire("o1", "once");
    awaitBegun("o1");
    cluster.fire("o2", "once");

    EventResult result = cluster.ended("o2");
    assertThat(result.status()).isEqualTo(Status.SKIP);
    assertThat(result.message())
        .contains("its lane once is busy with o1, and by `when_busy: reject` it does not wait");
    let("o1");
    assertThat(cluster.ended("o1").status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void the_newest_that_waits_takes_the_place_of_the_one_before() throws Exception {
    cluster.fire("n1", "newest");
    awaitBegun("n1");
    cluster.fire("n2", "newest");
    cluster.fire("n3", "newest");

    EventResult replaced = cluster.ended("n2");
    assertThat(replaced.status()).isEqualTo(Status.SKIP);
    assertThat(replaced.message().orElseThrow()).contains("event n3 has come after it");
    for (String id : List.of("n1", "n3")) {
      let(id);
      assertThat(cluster.ended(id).status()).isEqualTo(Status.SUCCESS);
    }
  }

  @Test
  void one_that_goes_ahead_is_before_all_that_wait_though_nobody_has_told_the_leader()
      throws Exception {
    cluster.fire("s1", "slow");
    awaitBegun("s1");
    cluster.fire("s2", "slow");
    cluster.fire("s3", "slow");
    Event event = Event.of("s4", "slow", Map.of(), Instant.now(), "fire", "test");
    new EventQueue(cluster.operator, cluster.keys, Clock.systemUTC()).accept(event.ahead(true));
    let("s1");

    awaitBegun("s4");
    assertThat(cluster.result("s2")).isEmpty();
    let("s4");
    assertThat(cluster.ended("s4").ahead()).contains(true);
    awaitBegun("s2");
    let("s2");
    let("s3");
    assertThat(cluster.ended("s3").status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void a_freeze_of_a_lane_holds_that_lane_and_no_other() throws Exception {
    Freezes freezes = new Freezes(cluster.operator, cluster.keys);
    freezes.freeze(
        Freeze.of(FreezeScope.lane("db"), "root@host", Instant.now(), "moved", Optional.empty()));
    cluster.fire("f1", "fix");
    cluster.fire("s1", "slow");

    awaitBegun("s1");
    assertThat(cluster.result("f1")).isEmpty();
    assertThat(freezes.thaw(FreezeScope.lane("db"))).isTrue();
    assertThat(cluster.ended("f1").status()).isEqualTo(Status.SUCCESS);
    let("s1");
    assertThat(cluster.ended("s1").status()).isEqualTo(Status.SUCCESS);
  }
}
