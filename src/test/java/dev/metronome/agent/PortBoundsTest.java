package dev.metronome.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.model.record.EventResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent's port takes, and what it takes for what. */
class PortBoundsTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String[] JSON = {"Content-Type", "application/json"};

  @TempDir static Path folder;
  @AutoClose private static LoneAgent agent;

  @BeforeAll
  static void start() throws Exception {
    AgentCluster cluster =
        new AgentCluster(folder)
            .pattern(
                """
                tasks: {t: {operations: [{echo: hi}]}}
                events: {go: {ordered_tasks: [{task: t}]}}
                """);
    cluster.flag("payload-token", "hush");
    cluster.route(
        "mine",
        """
        - route:
            id: mine
            description: Says what headers and what query there are.
            from:
              uri: platform-http:/mine
              steps:
                - setBody:
                    id: mine-body
                    expression:
                      simple: "colour=${header.colour} who=${header.Metronome-Visitor} query=${header.CamelHttpQuery}"
        - route:
            id: stuck
            description: Answers when the test says so.
            from:
              uri: platform-http:/stuck
              steps:
                - process:
                    id: stuck-wait
                    ref: "#class:dev.metronome.agent.PortBoundsTest$Stuck"
                - setBody:
                    id: stuck-body
                    expression:
                      constant: done
        """);
    agent = LoneAgent.start(cluster);
  }

  /** Holds whoever comes until it is let go. */
  public static final class Stuck implements org.apache.camel.Processor {
    static volatile CountDownLatch gate = new CountDownLatch(0);

    @Override
    public void process(org.apache.camel.Exchange exchange) throws InterruptedException {
      gate.await();
    }
  }

  private static Socket open(String text) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), agent.port());
    socket.getOutputStream().write(text.replace("\n", "\r\n").getBytes(US_ASCII));
    return socket;
  }

  /** The whole answer to a request after which the connection ends. */
  private static String ask(String text) throws IOException {
    try (Socket socket = open(text)) {
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }

  private static String head(String line) {
    return line + " HTTP/1.1\nHost: 127.0.0.1\n";
  }

  @Test
  void a_query_never_says_who_it_was_nor_what_a_body_is() throws Exception {
    String body = "{\"name\": \"go\", \"payload\": \"hush\", \"id\": \"%s\"}";
    for (String query :
        List.of("Metronome-Visitor=root@10.0.0.1", "content-type=application/json")) {
      HttpResponse<String> answer =
          agent.http().send("POST", "/v1/events?" + query, body.formatted("no"), JSON);
      assertThat(answer.statusCode()).as(query).isEqualTo(400);
      assertThat(answer.body()).contains("no query parameter");
    }
    HttpResponse<String> form =
        agent
            .http()
            .send(
                "POST",
                "/v1/events",
                "Content-Type=application%2Fjson&Metronome-Visitor=root",
                "Content-Type",
                "application/x-www-form-urlencoded");
    assertThat(form.statusCode()).isEqualTo(415);
    assertThat(agent.cluster().result("no")).isEmpty();

    HttpResponse<String> good =
        agent.http().send("POST", "/v1/events", body.formatted("yes"), JSON);
    assertThat(good.statusCode()).as(good.body()).isEqualTo(202);
    EventResult result = agent.cluster().ended("yes");
    assertThat(result.by()).hasValueSatisfying(by -> assertThat(by).doesNotContain("root"));
  }

  @Test
  void in_a_route_of_somebodys_own_a_query_is_no_header_either() throws Exception {
    String answer =
        agent.http().get("/mine?colour=red&Metronome-Visitor=root@x", "Colour", "blue").body();
    assertThat(answer).contains("colour=blue ", "query=colour=red&", "who=http@127.0.0.1 ");

    String form =
        agent
            .http()
            .send(
                "POST",
                "/mine",
                "colour=red&Metronome-Visitor=root",
                "Content-Type",
                "application/x-www-form-urlencoded")
            .body();
    assertThat(form).contains("colour=red ", "who=http@127.0.0.1 ");
  }

  @Test
  void a_query_parameter_that_nobody_understands_is_refused_everywhere() throws Exception {
    for (String path :
        List.of(
            "/",
            "/app.js",
            "/metrics",
            "/health",
            "/health/live",
            "/health/ready",
            "/v1/status",
            "/v1/events",
            "/v1/events/1234",
            "/v1/events/1234/logs",
            "/v1/nodes",
            "/v1/queue",
            "/v1/patterns",
            "/v1/plan",
            "/v1/stream",
            "/v1/openapi.yaml")) {
      HttpResponse<String> answer = agent.http().get(path + "?colour=red");
      assertThat(answer.statusCode()).as(path).isEqualTo(400);
      assertThat(answer.body()).as(path).contains("\"Error\"", "\"Hint\"");
    }
    assertThat(agent.http().get("/v1/events?statos=error").body())
        .contains("did you mean `status`");
    assertThat(agent.http().get("/metrics/?x=1").statusCode()).isNotEqualTo(200);
  }

  @Test
  void http_1_1_only_is_spoken() throws Exception {
    String upgrade =
        head("GET /health/live")
            + "Connection: Upgrade, HTTP2-Settings\nUpgrade: h2c\n"
            + "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\n\n";
    try (Socket socket = open(upgrade)) {
      byte[] start = socket.getInputStream().readNBytes(15);
      assertThat(new String(start, US_ASCII)).startsWith("HTTP/1.1 200");
    }
    assertThat(ask("PRI * HTTP/2.0\n\nSM\n\n")).doesNotContain(" 200 ");
  }

  @Test
  void a_body_where_none_belongs_or_one_that_is_too_large_is_refused_before_it_comes()
      throws Exception {
    assertThat(ask(head("GET /metrics") + "Content-Length: 1000000\n\n")).contains(" 400 ");
    assertThat(ask(head("GET /metrics") + "Transfer-Encoding: chunked\n\n")).contains(" 400 ");
    assertThat(ask(head("POST /v1/events") + "Content-Length: 1048577\n\n")).contains(" 413 ");
  }

  @Test
  void bodies_on_their_way_have_a_bound_together() throws Exception {
    String large = head("POST /v1/events") + "Content-Length: 1048576\n\n";
    List<Socket> holders = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        holders.add(open(large));
      }
      await().atMost(PATIENCE).until(() -> ask(large).contains(" 503 "));
      assertThat(agent.http().get("/v1/status").statusCode()).isEqualTo(200);
    } finally {
      for (Socket holder : holders) {
        holder.close();
      }
    }
    await()
        .atMost(PATIENCE)
        .until(() -> agent.http().send("POST", "/v1/events", "{}", JSON).statusCode() == 400);
  }

  @Test
  void health_waits_behind_nothing_that_blocks_the_ports_threads() throws Exception {
    Stuck.gate = new CountDownLatch(1);
    List<Socket> stuck = new ArrayList<>();
    try {
      for (int i = 0; i < 60; i++) { // thrice as many as there are threads
        stuck.add(open(head("GET /stuck") + "\n"));
      }
      await().atMost(PATIENCE).until(() -> waiting() >= 20);
      for (String path : List.of("/health/live", "/health", "/health/ready")) {
        assertThat(agent.http().get(path).body()).as(path).contains("\"status\"");
      }
    } finally {
      Stuck.gate.countDown();
      for (Socket one : stuck) {
        one.close();
      }
    }
  }

  private static long waiting() {
    return Thread.getAllStackTraces().entrySet().stream()
        .map(Map.Entry::getValue)
        .filter(trace -> List.of(trace).toString().contains("PortBoundsTest$Stuck.process"))
        .count();
  }
}
