package dev.metronome.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.metronome.http.api.PostedEvents;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Status;
import dev.metronome.model.signature.Signer;
import dev.metronome.model.signature.SigningKeys;
import dev.metronome.model.signature.Statement;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code POST /v1/events}. */
class HttpWayInTest {

  private static final String[] JSON = {"Content-Type", "application/json"};
  private static final String KEY = SigningKeys.newKey("k1");

  @TempDir Path folder;
  @AutoClose private AgentCluster cluster;
  private LoneAgent agent;

  /** An agent alone; without a leader its queue would empty at once. */
  private AgentCluster cluster() throws Exception {
    cluster =
        new AgentCluster(folder)
            .pattern(
                """
                events:
                  deploy: {task: say}
                tasks:
                  say: {operations: [{execute: {script: 'echo "version=$METRONOME_PARAM_version trace=$TRACEPARENT"'}}]}
                """);
    return cluster;
  }

  private void start() throws Exception {
    agent = LoneAgent.start(cluster);
  }

  private JsonNode post(String body, int status, String... headers) throws Exception {
    HttpResponse<String> answer =
        agent.http().send("POST", "/v1/events", body, headers.length > 0 ? headers : JSON);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(answer.body()).doesNotContain("Exception", "\tat ");
    return new ObjectMapper().readTree(answer.body());
  }

  @Test
  void an_event_is_accepted_and_runs_with_its_parameters() throws Exception {
    cluster();
    start();
    JsonNode answer = post("{\"name\": \"deploy\", \"params\": {\"version\": 1.4}}", 202);

    String id = answer.path("ID").asText();
    assertThat(cluster.ended(id).status()).isEqualTo(Status.SUCCESS);
    assertThat(cluster.ended(id).source()).hasValue("http");
    assertThat(cluster.ended(id).by()).hasValue("http@127.0.0.1");
    assertThat(cluster.text(cluster.keys.log(id, 0, "a"))).contains("version=1.4");
  }

  @Test
  void parameters_that_the_task_files_do_not_take_are_refused_and_a_user_event_ends_as_error()
      throws Exception {
    cluster()
        .pattern(
            """
            events:
              deploy: {parameters: {version: {required: true, pattern: "[0-9.]+"}}, task: say}
              free: {task: say}
            tasks:
              say: {operations: [{echo: {text: a}}]}
            """);
    start();
    JsonNode unknown =
        post("{\"name\": \"deploy\", \"params\": {\"version\": 1, \"extra\": \"canary\"}}", 400);
    assertThat(unknown.path("Error").asText())
        .contains("parameter `extra` is not declared; declared: version")
        .doesNotContain("canary");
    JsonNode unfit = post("{\"name\": \"deploy\", \"params\": {\"version\": \"canary\"}}", 400);
    assertThat(unfit.toString()).contains("`[0-9.]+`", "metronome plan").doesNotContain("canary");
    assertThat(cluster.operator.names(cluster.keys.eventQueue())).isEmpty();

    JsonNode counted = post("[" + handed("u1", "deploy") + "," + handed("u2", "free") + "]", 202);
    assertThat(counted.toString())
        .isEqualTo("{\"Accepted\":[\"u2\"],\"Duplicates\":0,\"Rejected\":[\"u1\"]}");
    assertThat(cluster.ended("u1").status()).isEqualTo(Status.ERROR);
    assertThat(cluster.ended("u2").status()).isEqualTo(Status.SUCCESS);

    JsonNode known = new ObjectMapper().readTree(agent.http().get("/v1/patterns").body());
    assertThat(known.get(0).path("Parameters").toString())
        .isEqualTo("{\"version\":{\"Required\":true,\"Pattern\":\"[0-9.]+\"}}");
    assertThat(known.get(1).has("Parameters")).isFalse();
  }

  @Test
  void an_id_of_ones_own_is_taken_once() throws Exception {
    cluster();
    start();
    post("{\"Name\": \"deploy\", \"ID\": \"mine-1\"}", 202);

    JsonNode again = post("{\"Name\": \"deploy\", \"ID\": \"mine-1\"}", 409);

    assertThat(again.path("ID").asText()).isEqualTo("mine-1");
    assertThat(again.path("Error").asText()).contains("mine-1");
  }

  @Test
  void the_trace_of_its_sender_goes_on_and_a_malformed_one_is_ignored() throws Exception {
    cluster();
    start();
    String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    String id =
        post("{\"name\": \"deploy\"}", 202, JSON[0], JSON[1], "traceparent", trace)
            .path("ID")
            .asText();
    String other =
        post("{\"name\": \"deploy\"}", 202, JSON[0], JSON[1], "traceparent", "00-cafe")
            .path("ID")
            .asText();
    post("[" + handed("r-9", "deploy") + "]", 202, JSON[0], JSON[1], "traceparent", trace);
    for (String each : new String[] {id, other, "r-9"}) {
      assertThat(cluster.ended(each).status()).isEqualTo(Status.SUCCESS);
    }
    assertThat(cluster.text(cluster.keys.log(id, 0, "a"))).contains("trace=" + trace);
    assertThat(cluster.text(cluster.keys.log("r-9", 0, "a"))).contains("trace=" + trace);
    assertThat(cluster.text(cluster.keys.log(other, 0, "a"))).contains("trace=\n");
  }

  private static String handed(String id, String name) {
    return "{\"ID\": \"%s\", \"Name\": \"%s\", \"Payload\": null, \"NodeFilter\": \"\"}"
        .formatted(id, name);
  }

  @Test
  void a_consul_watch_hands_over_its_ring_again_and_again() throws Exception {
    cluster();
    start();
    String ring = "[" + handed("r-1", "deploy") + "," + handed("r-2", "deploy") + "]";

    assertThat(post(ring, 202).path("Accepted")).hasSize(2);

    JsonNode again = post(ring.replace("]", "," + handed("r-3", "deploy") + "]"), 202);
    assertThat(again.path("Accepted").toString()).isEqualTo("[\"r-3\"]");
    assertThat(again.path("Duplicates").asInt()).isEqualTo(2);
    assertThat(cluster.ended("r-3").status()).isEqualTo(Status.SUCCESS);
    assertThat(post("null", 202).path("Accepted")).isEmpty();
    assertThat(post("[" + handed("r-4", "../x") + "]", 202).path("Accepted")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'name': 'deploy'                    | 400 | no JSON at line 1",
        "[1]                                  | 400 | item 1 is no object",
        "'deploy'                             | 400 | JSON object or Consul's array",
        "{}                                   | 400 | no `name`",
        "{'name': 5}                          | 400 | `name` must be text",
        "{'name': 'deploy', 'parms': {}}      | 400 | no field `parms`; did you mean `params`?",
        "{'name': 'deploy', 'Name': 'deploy'} | 400 | there twice",
        "{'name': 'deploy', 'params': []}     | 400 | must be an object",
        "{'name': 'deploy', 'params': {'a': []}}  | 400 | each of `params`",
        "{'name': 'deploy', 'params': {'a-b': 1}} | 400 | a parameter's name",
        "{'name': 'deploy', 'limit': 'a,'}    | 400 | `limit`: a limit is a number",
        "{'name': 'deploy', 'limit': []}      | 400 | `limit` must be",
        "{'name': 'deploy', 'limit': 'nobody'} | 400 | where no agent lives",
        "{'name': '../x'}                     | 400 | none of them a slash",
        "{'name': 'a\\nb'}                    | 400 | control character",
        "{'name': 'deploy', 'id': '../x'}     | 400 | event ID",
        "{'name': 'deploy', 'id': 'a:b'}      | 400 | event ID must have 1 to 128 letters",
        "{'name': 'deploy', 'id': 'a.'}       | 400 | event ID must have 1 to 128 letters",
        "{'name': 'deploy', 'plan': 'x'}      | 400 | fingerprint",
      })
  void what_is_malformed_queues_nothing(String body, int status, String reason) throws Exception {
    cluster();
    start();
    JsonNode answer = post(body.replace('\'', '"'), status);

    assertThat(answer.path("Error").asText()).contains(reason);
    assertThat(cluster.keys(cluster.keys.results())).isEmpty();
    assertThat(cluster.keys(cluster.keys.eventQueue())).isEmpty();
  }

  @Test
  void a_form_and_a_body_that_is_too_large_are_refused() throws Exception {
    cluster();
    start();
    post("name=deploy", 415, "Content-Type", "application/x-www-form-urlencoded");
    post("{\"name\": \"deploy\"}", 415, "Content-Type", "text/plain");
    post("{\"name\": \"" + "x".repeat(PostedEvents.LIMIT) + "\"}", 413);
    assertThat(cluster.keys(cluster.keys.results())).isEmpty();
  }

  @Test
  void where_events_must_be_signed_a_signature_is_good_once_and_for_what_was_signed()
      throws Exception {
    Path keys = Files.writeString(folder.resolve("signing.keys"), KEY);
    cluster().flag("signing-key-file", keys.toString());
    start();
    post("{\"name\": \"deploy\"}", 401);
    String body =
        "{\"name\": \"deploy\", \"params\": {\"version\": \"2\"}, \"payload\": \"%s\"}"
            .formatted(signed(Clock.systemUTC(), Map.of("version", "2")));
    post(body.replace("\"2\"", "\"3\""), 403);
    post(body.replace("deploy", "destroy"), 403);
    Clock late = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-10));
    post("{\"name\": \"deploy\", \"payload\": \"%s\"}".formatted(signed(late, Map.of())), 403);

    String id = post(body, 202).path("ID").asText();
    assertThat(post(body, 409).path("ID").asText()).isEqualTo(id);
    assertThat(cluster.ended(id).by()).hasValue("key k1");
    assertThat(cluster.keys(cluster.keys.results())).allMatch(key -> key.contains(id));
  }

  private static String signed(Clock clock, Map<String, String> params) {
    Statement statement = Statement.of("deploy", params);
    return new Signer(SigningKeys.parse(KEY).first().orElseThrow(), clock).sign(statement).text();
  }

  @Test
  void the_token_of_senders_is_understood_in_both_formats() throws Exception {
    cluster().flag("payload-token", "hush");
    start();
    post("{\"name\": \"deploy\", \"payload\": \"wrong\"}", 403);
    post("{\"name\": \"deploy\", \"payload\": \"hush\"}", 202);
    String hush = Base64.getEncoder().encodeToString("hush".getBytes(UTF_8));
    String ring =
        "["
            + handed("r-1", "deploy").replace("null", '"' + hush + '"')
            + ","
            + handed("r-2", "deploy")
            + "]";
    assertThat(post(ring, 202).path("Accepted").toString()).isEqualTo("[\"r-1\"]");
  }

  @Test
  void a_full_queue_says_so_and_when_to_come_again() throws Exception {
    cluster().flag("queue-limit", "2");
    for (String id : new String[] {"w-1", "w-2"}) { // of a newer agent: they stay in the queue
      Event event = Event.of(id, "deploy", Map.of(), Instant.now(), "fire", "me");
      String newer = new String(Json.write(event), UTF_8).replace("\"Format\":1", "\"Format\":99");
      cluster.operator.commit(
          new dev.metronome.consul.Transaction()
              .set(cluster.keys.event(1, id), newer.getBytes(UTF_8)));
    }
    start();
    HttpResponse<String> answer =
        agent.http().send("POST", "/v1/events", "{\"name\": \"deploy\"}", JSON);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(answer.body()).contains("queue-limit");
  }

  @Test
  void a_plan_that_no_longer_holds_sends_nothing() throws Exception {
    cluster();
    start();
    String plan = agent.http().get("/v1/plan?event=deploy").body();
    String fingerprint = new ObjectMapper().readTree(plan).path("Fingerprint").asText();
    String body = "{\"name\": \"deploy\", \"plan\": \"%s\"}".formatted(fingerprint);

    JsonNode refused = post(body.replace("}", ", \"params\": {\"x\": \"1\"}}"), 409);
    assertThat(refused.path("Error").asText()).contains("the parameters are others");
    assertThat(cluster.keys(cluster.keys.results())).isEmpty();

    String id = post(body, 202).path("ID").asText();
    assertThat(cluster.ended(id).fingerprint()).contains(fingerprint);
  }

  @Test
  void another_site_in_a_browser_can_send_nothing() throws Exception {
    cluster();
    start();
    String[] headers = {"Content-Type", "application/json", "Origin", "https://evil.example"};

    HttpResponse<String> answer =
        agent.http().send("POST", "/v1/events", "{\"name\": \"deploy\"}", headers);

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(cluster.keys(cluster.keys.results())).isEmpty();
  }
}
