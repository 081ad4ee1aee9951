package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.metronome.model.record.Status;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent says of its health, over HTTP. */
class AgentHealthTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  @AutoClose private AgentCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster =
        new AgentCluster(folder)
            .pattern(
                """
                events: {deploy: {task: say}}
                tasks: {say: {operations: [{echo: {text: done}}]}}
                """);
  }

  private HttpResponse<String> ask(Agent agent, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + agent.port() + path);
    return http.send(
        HttpRequest.newBuilder(uri).timeout(Duration.ofMinutes(2)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private int status(Agent agent, String path) throws Exception {
    return ask(agent, path).statusCode();
  }

  /** Why it is down, by the name of the check. */
  private String reason(Agent agent, String path, String check) throws Exception {
    JsonNode root = new ObjectMapper().readTree(ask(agent, path).body());
    for (JsonNode each : root.path("checks")) {
      if (each.path("name").asText().equals(check)) {
        return each.path("message").asText().replace("\\/", "/"); // Camel escapes it twice
      }
    }
    return "";
  }

  /** Whatever it is at: a call may swallow it. */
  private static void interrupt(String loop) {
    Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("metronome-" + loop))
        .forEach(Thread::interrupt);
  }

  @Test
  void an_agent_that_works_is_alive_and_ready() throws Exception {
    Agent agent = cluster.started("a");

    assertThat(status(agent, "/health/live")).isEqualTo(200);
    await().atMost(PATIENCE).until(() -> status(agent, "/health/ready") == 200);
    assertThat(ask(agent, "/health/ready?exposureLevel=full").body())
        .contains("\"loops\"", "\"watches\"", "\"consul\"", "\"session\"", "\"disk\"");
  }

  @Test
  void liveness_costs_consul_nothing() throws Exception {
    Agent agent = cluster.started("a");

    assertThat(ask(agent, "/health/live?exposureLevel=full").body())
        .contains("\"loops\"")
        .doesNotContain("\"consul\"", "\"session\"", "\"disk\"", "\"watches\"");
  }

  @Test
  void without_consul_it_is_alive_but_not_ready_and_says_why() throws Exception {
    Agent agent = cluster.started("a");
    await().atMost(PATIENCE).until(() -> status(agent, "/health/ready") == 200);

    cluster.consul.disconnect("a"); // and nobody gets its port

    await().atMost(PATIENCE).until(() -> status(agent, "/health/ready") == 503);
    await()
        .atMost(PATIENCE)
        .until(
            () -> reason(agent, "/health/ready", "consul").contains("Consul at http://127.0.0.1"));
    await()
        .atMost(PATIENCE)
        .until(() -> reason(agent, "/health/ready", "watches").contains("has not got round"));
    assertThat(status(agent, "/health/live")).isEqualTo(200);
  }

  @Test
  void a_dead_loop_is_no_life_and_another_agent_takes_over_for_good() throws Exception {
    Agent half = cluster.started("a");
    await().atMost(PATIENCE).until(half::isLeader);
    Agent other = cluster.started("b");

    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              interrupt("queue-metronome/nodes/a/task.");
              return status(half, "/health/live") == 503;
            });
    assertThat(reason(half, "/health/live", "loops"))
        .isEqualTo("dead: queue metronome/nodes/a/task.; restart this agent");
    await().atMost(PATIENCE).until(other::isLeader);
    await()
        .atMost(PATIENCE)
        .until(() -> reason(half, "/health/ready", "watches").contains("has died"));
    cluster.fire("e1", "deploy");
    assertThat(cluster.ended("e1").status()).isEqualTo(Status.SUCCESS);
    assertThat(half.isLeader()).isFalse();
  }
}
