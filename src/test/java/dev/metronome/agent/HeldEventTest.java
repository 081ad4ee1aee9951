package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.metronome.model.record.Status;
import dev.metronome.testing.LogLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An edited route that always fails holds its event, and the agent says so wherever one looks. */
class HeldEventTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path folder;
  @AutoClose private final LogLines log = LogLines.below("dev.metronome");
  private AgentCluster cluster;

  @BeforeEach
  void prepare() throws Exception {
    cluster =
        new AgentCluster(folder)
            .flag("dev", "true")
            .pattern(
                """
                events: {deploy: {task: say}}
                tasks: {say: {operations: [echo: {text: hello}]}}
                """);
  }

  private Path edited(String route, String right, String wrong) throws Exception {
    String shipped = Files.readString(Path.of("routes", route + ".camel.yaml"));
    assertThat(shipped).contains(right);
    return cluster.route(route, shipped.replace(right, wrong));
  }

  private static JsonNode held(LoneAgent agent) throws Exception {
    JsonNode status = new ObjectMapper().readTree(agent.http().get("/v1/status").body());
    assertThat(status.path("Held").isArray()).isTrue();
    return status.path("Held");
  }

  @ParameterizedTest
  @CsvSource({
    "select-targets, body.isWanted, body.isWantd",
    "dispatch, body.opensTask, body.opnsTask",
    "plan, ${body} != null, ${body.nosuch} != null",
    "advance, body.isDue, body.isDu"
  })
  void it_is_named_with_route_file_and_reason_until_it_is_mended(
      String route, String right, String wrong) throws Exception {
    Path file = edited(route, right, wrong);
    try (LoneAgent agent = LoneAgent.start(cluster)) {
      cluster.fire("e1", "deploy", Map.of("password", "hunter2"));

      await().atMost(PATIENCE).until(() -> held(agent).size() == 1);

      JsonNode held = held(agent).path(0);
      assertThat(held.path("Node").asText()).isEqualTo("a");
      assertThat(held.path("Item").asText()).isEqualTo("e1");
      assertThat(held.path("Name").asText()).isEqualTo("deploy");
      assertThat(held.path("Route").asText()).isEqualTo(route);
      assertThat(held.path("File").asText()).isEqualTo(file.toString());
      assertThat(held.path("Why").asText()).contains(wrong.replaceAll(".*body[.]|}.*", ""));
      assertThat(log.with("state=held"))
          .singleElement()
          .asString()
          .startsWith("SEVERE event=e1 name=deploy route=" + route + " file=" + file);
      assertThat(log.lines()).noneMatch(line -> line.contains("hunter2"));
      assertThat(cluster.text(cluster.keys.presence("a"))).doesNotContain("hunter2");

      edited(route, right, right);

      assertThat(cluster.ended("e1").status()).isEqualTo(Status.SUCCESS);
      await().atMost(PATIENCE).until(() -> held(agent).isEmpty());
    }
  }

  @Test
  void a_hook_that_fails_holds_nothing_and_names_its_event_in_the_log() throws Exception {
    cluster.route(
        "event-finished",
        """
        - route:
            id: event-finished
            description: It has a mistake.
            from:
              uri: direct:event-finished
              steps:
                - log:
                    id: event-finished-say
                    message: ${body.nosuch}
        """);
    try (LoneAgent agent = LoneAgent.start(cluster)) {
      cluster.fire("e1", "deploy");
      cluster.fire("e2", "deploy");

      assertThat(cluster.ended("e2").status()).isEqualTo(Status.SUCCESS);
      await().atMost(PATIENCE).until(() -> log.with("route=event-finished").size() == 2);
      assertThat(log.with("route=event-finished"))
          .anySatisfy(
              line ->
                  assertThat(line)
                      .startsWith("WARNING event=e1 name=deploy route=event-finished state=failed ")
                      .contains("nosuch"));
      assertThat(held(agent)).isEmpty();
    }
  }
}
