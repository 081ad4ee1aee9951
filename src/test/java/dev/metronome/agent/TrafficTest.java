package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Blocked;
import dev.metronome.model.record.Blocked.BlockedEvent;
import dev.metronome.model.record.CronState;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Status;
import dev.metronome.pipeline.queue.EventQueue;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When events begin, with a whole agent and its routes. */
class TrafficTest {

  private final Instant opening =
      Instant.now().plus(Duration.ofDays(30)).truncatedTo(ChronoUnit.MINUTES);

  private final String file =
      """
      windows:
        works: {deny: true, from: "2020-01-01T00:00Z", to: "%s"}
      events:
        deploy: {task: t, window: works}
        check: {task: t}
        backup: {task: t, cron: "* * * * *"}
      tasks:
        t: {operations: [{echo: {text: done}}]}
      """
          .formatted(opening);

  @TempDir Path folder;
  @AutoClose private AgentCluster cluster;

  @BeforeEach
  void define() throws Exception {
    cluster = new AgentCluster(folder).pattern(file);
  }

  private List<BlockedEvent> blocked() {
    return cluster
        .operator
        .get(cluster.keys.blocked())
        .map(entry -> Json.read(entry.key(), entry.value(), Blocked.class).events())
        .orElse(List.of());
  }

  @Test
  void an_event_outside_its_windows_waits_with_its_reason_while_others_go_before_it()
      throws Exception {
    cluster.fire("d1", "deploy");
    cluster.fire("c1", "check");
    cluster.started("n1");

    assertThat(cluster.ended("c1").status()).isEqualTo(Status.SUCCESS);
    assertThat(blocked())
        .containsExactly(new BlockedEvent("d1", "by its windows: in works", Optional.of(opening)));
    cluster.fire("c2", "check");
    assertThat(cluster.ended("c2").status())
        .as("heard of, though one waits")
        .isEqualTo(Status.SUCCESS);
    assertThat(cluster.result("d1")).isEmpty();
  }

  @Test
  void one_that_overrides_begins_and_its_result_says_why() throws Exception {
    cluster.started("n1");
    Event event = Event.of("d2", "deploy", Map.of(), Instant.now(), "fire", "test");
    new EventQueue(cluster.operator, cluster.keys, Clock.systemUTC())
        .accept(event.overriding(Optional.of("the site is down")));

    EventResult result = cluster.ended("d2");
    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(result.override()).contains("the site is down");
    assertThat(blocked()).isEmpty();
  }

  @Test
  void a_tick_that_is_due_is_fired_by_the_route() throws Exception {
    Instant before = Instant.now().minus(Duration.ofMinutes(2));
    cluster.operator.commit(
        new Transaction().set(cluster.keys.cron("backup"), Json.write(CronState.since(before))));
    cluster.started("n1");

    String id =
        await()
            .atMost(Duration.ofMinutes(2))
            .until(
                () ->
                    cluster.operator.children(cluster.keys.results() + "cron.backup.").stream()
                        .filter(name -> !name.endsWith("/"))
                        .findFirst()
                        .map(name -> name.substring(cluster.keys.results().length())),
                Optional::isPresent)
            .orElseThrow();

    EventResult result = cluster.ended(id);
    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(result.source()).contains("cron");
    assertThat(result.by()).contains("agent@n1");
  }
}
