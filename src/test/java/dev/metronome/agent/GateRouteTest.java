package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.metronome.model.record.GateWait;
import dev.metronome.model.record.Status;
import dev.metronome.testing.LogLines;
import dev.metronome.testing.NodeStates;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gate of a user's own, that of config/examples/routes, with a whole agent. */
@Tag("consul")
class GateRouteTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final String FOUND =
      "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"value\":[1,\"7\"]}]}}";

  private static final String NOTHING =
      "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}";

  @TempDir Path folder;
  @AutoClose private AgentCluster cluster;
  private final Queue<String> asked = new ConcurrentLinkedQueue<>();
  private volatile String answer = FOUND;
  private HttpServer prometheus;

  @BeforeEach
  void start() throws Exception {
    prometheus = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    prometheus.createContext(
        "/api/v1/query",
        exchange -> {
          asked.add(exchange.getRequestURI().getQuery());
          byte[] body = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(body.length == 0 ? 503 : 200, Math.max(1, body.length));
          exchange.getResponseBody().write(body.length == 0 ? new byte[1] : body);
          exchange.close();
        });
    prometheus.start();
    cluster =
        new AgentCluster(folder)
            .pattern(
                """
                events:
                  deploy: {ordered_tasks: [{service: app, task: say, health: {for: 0, within: 10m}}]}
                tasks:
                  say: {operations: [{echo: {text: done}}]}
                """);
    String route =
        Files.readString(Path.of("config/examples/routes/gate-prometheus/health-gate.camel.yaml"));
    String query =
        "http://127.0.0.1:" + prometheus.getAddress().getPort() + "/api/v1/query?query=errors%3E5";
    assertThat(route).contains("{{env:GATE_QUERY}}");
    cluster.route("health-gate", route.replace("{{env:GATE_QUERY}}", query));
    cluster.started("a");
    NodeStates.service(cluster.consul, "a", "app", "app", "blue");
  }

  @AfterEach
  void stop() {
    prometheus.stop(0);
  }

  private void awaitWaitingFor(String what) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () ->
                cluster
                    .task("e1", 0)
                    .gate()
                    .flatMap(GateWait::what)
                    .filter(text -> text.contains(what))
                    .isPresent());
  }

  @Test
  void a_batch_passes_when_the_query_finds_nothing_and_not_while_it_cannot_be_asked() {
    cluster.fire("e1", "deploy");
    awaitWaitingFor("the query of Prometheus finds something");
    answer = "";
    try (LogLines log = LogLines.below("dev.metronome.route")) {
      awaitWaitingFor("the route health-gate cannot tell: ");
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(log.with("route=health-gate state=failed"))
                      .isNotEmpty()
                      .allMatch(line -> line.contains("event=e1 ")));
    }
    assertThat(cluster.result("e1").orElseThrow().status()).isEqualTo(Status.INPROGRESS);

    answer = NOTHING;
    assertThat(cluster.ended("e1").status()).isEqualTo(Status.SUCCESS);
    assertThat(List.copyOf(asked)).containsOnly("query=errors>5");
  }
}
