package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.sun.net.httpserver.HttpServer;
import dev.metronome.model.record.Status;
import io.cloudevents.CloudEvent;
import io.cloudevents.jackson.JsonFormat;
import jakarta.mail.internet.MimeMessage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alerts in config/examples/routes, each with a whole agent and a real receiver. */
class AlertRoutesTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  @AutoClose private AgentCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster =
        new AgentCluster(folder)
            .pattern(
                """
                variables: {what: 'no "such" <file> ☃'}
                events:
                  deploy: {task: say}
                  fällt: {task: fail}
                  asking:
                    ordered_tasks:
                      - approve: {message: 'To <prod>?', by: [ops, alice], timeout: 1h}
                      - {task: say}
                  rolling: {ordered_tasks: [{task: say, serial: 1}]}
                tasks:
                  say: {operations: [{echo: {text: done}}]}
                  fail: {operations: [{execute: {file: '{{what}}'}}]}
                """);
  }

  /** The example as an operator would copy it, with what the environment would say. */
  private void example(String name, String... placeholdersAndValues) throws Exception {
    example(name, "event-finished", placeholdersAndValues);
  }

  private void example(String name, String hook, String[] placeholdersAndValues) throws Exception {
    Path file = Path.of("config/examples/routes", name, hook + ".camel.yaml");
    String text = Files.readString(file);
    for (int i = 0; i < placeholdersAndValues.length; i += 2) {
      assertThat(text).contains(placeholdersAndValues[i]);
      text = text.replace(placeholdersAndValues[i], placeholdersAndValues[i + 1]);
    }
    cluster.route(hook, text);
  }

  private void runBoth() throws Exception {
    cluster.started("a");
    cluster.fire("e1", "deploy");
    assertThat(cluster.ended("e1").status()).isEqualTo(Status.SUCCESS);
    cluster.fire("e2", "fällt");
    assertThat(cluster.ended("e2").status()).isEqualTo(Status.ERROR);
  }

  @Test
  void a_webhook_gets_a_line_about_a_failed_event_and_none_about_others() throws Exception {
    Queue<String> bodies = new ConcurrentLinkedQueue<>();
    Queue<String> types = new ConcurrentLinkedQueue<>();
    HttpServer server = webhook(bodies, types);
    try {
      example("alert-webhook", "{{env:ALERT_WEBHOOK}}", url(server));
      runBoth();

      await().atMost(PATIENCE).until(() -> !bodies.isEmpty());
      JsonNode body = JSON.readTree(bodies.peek());
      assertThat(body.path("text").asText())
          .startsWith("fällt ended as error: ")
          .contains("&lt;file&gt; ☃", "\"such\"")
          .endsWith("(event e2)")
          .doesNotContain("<");
      assertThat(body).hasSize(1);
      assertThat(types).containsExactly("POST[application/json]");
      assertThat(bodies).hasSize(1);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void a_sink_of_cloud_events_gets_each_result_as_one_that_the_sdk_reads() throws Exception {
    Queue<String> bodies = new ConcurrentLinkedQueue<>();
    Queue<String> types = new ConcurrentLinkedQueue<>();
    HttpServer server = webhook(bodies, types);
    try {
      example("export-cloudevents", "{{env:CLOUDEVENTS_SINK}}", url(server));
      runBoth();

      await().atMost(PATIENCE).until(() -> bodies.size() == 2);
      assertThat(types).containsOnly("POST[application/cloudevents+json]");
      List<CloudEvent> events =
          bodies.stream()
              .map(body -> body.getBytes(StandardCharsets.UTF_8))
              .map(body -> new JsonFormat().deserialize(body))
              .sorted(Comparator.comparing(CloudEvent::getId))
              .toList();
      assertThat(events).extracting(CloudEvent::getId).containsExactly("e1", "e2");
      assertThat(events)
          .extracting(CloudEvent::getType)
          .containsOnly("dev.metronome.event.finished");
      assertThat(events).extracting(CloudEvent::getSubject).containsExactly("deploy", "fällt");
      assertThat(events).allSatisfy(event -> assertThat(event.getTime()).isNotNull());
      JsonNode data = JSON.readTree(events.get(1).getData().toBytes());
      assertThat(data.path("Status").asText()).isEqualTo("error");
    } finally {
      server.stop(0);
    }
  }

  private static HttpServer webhook(Queue<String> bodies, Queue<String> types) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/hook",
        exchange -> {
          types.add(exchange.getRequestMethod() + exchange.getRequestHeaders().get("Content-Type"));
          bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static String url(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
  }

  @Test
  void a_webhook_gets_a_line_about_each_batch() throws Exception {
    Queue<String> bodies = new ConcurrentLinkedQueue<>();
    HttpServer server = webhook(bodies, new ConcurrentLinkedQueue<>());
    try {
      example("alert-batch", "batch-finished", new String[] {"{{env:ALERT_WEBHOOK}}", url(server)});
      cluster.started("a");
      cluster.started("b");
      cluster.awaitTogether("deploy", "a", "b");
      cluster.fire("e1", "rolling");
      assertThat(cluster.ended("e1").status()).isEqualTo(Status.SUCCESS);

      await().atMost(PATIENCE).until(() -> bodies.size() == 2);
      assertThat(bodies)
          .map(body -> JSON.readTree(body).path("text").asText())
          .containsExactlyInAnyOrder(
              "say: batch 1 of 2 ended as success (event e1)",
              "say: batch 2 of 2 ended as success (event e1)");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void a_chat_gets_a_line_about_an_approval_that_is_wanted() throws Exception {
    Queue<String> bodies = new ConcurrentLinkedQueue<>();
    HttpServer server = webhook(bodies, new ConcurrentLinkedQueue<>());
    try {
      example(
          "chat-approval", "approval-wanted", new String[] {"{{env:ALERT_WEBHOOK}}", url(server)});
      cluster.started("a");
      cluster.fire("e1", "asking");

      await().atMost(PATIENCE).until(() -> !bodies.isEmpty());
      assertThat(JSON.readTree(bodies.peek()).path("text").asText())
          .startsWith("asking by ")
          .contains("asks [ops, alice]: To &lt;prod&gt;? Until 20")
          .endsWith(": metronome approve e1, or with --deny");
      assertThat(bodies).hasSize(1);
    } finally {
      server.stop(0);
    }
  }

  @Test
  @Tag("text")
  void a_mail_says_which_event_failed_and_why() throws Exception {
    ServerSetup setup = new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP);
    setup.setServerStartupTimeout(PATIENCE.toMillis());
    GreenMail mail = new GreenMail(setup);
    mail.start();
    try {
      example(
          "alert-mail",
          "{{env:ALERT_SMTP:127.0.0.1:25}}",
          "127.0.0.1:" + mail.getSmtp().getPort(),
          "{{env:ALERT_FROM}}",
          "metronome@example.org",
          "{{env:ALERT_TO}}",
          "night@example.org");
      runBoth();

      assertThat(mail.waitForIncomingEmail(PATIENCE.toMillis(), 1)).isTrue();
      MimeMessage[] messages = mail.getReceivedMessages();
      assertThat(messages).hasSize(1);
      assertThat(messages[0].getSubject()).isEqualTo("Metronome: fällt ended as error");
      assertThat(messages[0].getAllRecipients()[0]).hasToString("night@example.org");
      assertThat(messages[0].getContent().toString())
          .contains("The event fällt (e2) ended as error at 20")
          .contains("no \"such\" <file> ☃");
    } finally {
      mail.stop();
    }
  }

  @Test
  void a_file_gets_a_line_of_json_for_each_event() throws Exception {
    Path lines = folder.resolve("alerts/events.jsonl");
    example("alert-json-lines", "{{env:ALERT_FOLDER:/var/log/metronome}}", folder + "/alerts");
    runBoth();

    await()
        .atMost(PATIENCE)
        .until(() -> Files.exists(lines) && Files.readString(lines).matches("(?s)(.*\n){2}"));
    List<String> written = Files.readAllLines(lines);
    assertThat(JSON.readTree(written.get(0)).path("ID").asText()).isEqualTo("e1");
    assertThat(JSON.readTree(written.get(0)).path("Status").asText()).isEqualTo("success");
    JsonNode failed = JSON.readTree(written.get(1));
    assertThat(failed.path("Status").asText()).isEqualTo("error");
    assertThat(lines).content(StandardCharsets.UTF_8).contains("\"Name\":\"fällt\"");
    assertThat(failed).isEqualTo(JSON.readTree(cluster.text("metronome/results/e2")));
  }
}
