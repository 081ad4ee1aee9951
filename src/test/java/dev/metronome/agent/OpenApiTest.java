package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.metronome.model.record.Status;
import io.vertx.ext.web.Route;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** That docs/openapi.yaml says what an agent does: every route, and the shape of its answers. */
class OpenApiTest {

  private static final Path DOCUMENT = Path.of("docs/openapi.yaml");
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String PATTERN =
      """
      events:
        good: {task: say}
        bad: {ordered_tasks: [{task: say}, {task: fail}, {task: say}]}
        slow: {ordered_tasks: [{task: rest}, {task: say}]}
      tasks:
        say: {operations: [{echo: {text: hello}}]}
        fail: {operations: [{execute: {script: exit 3}}]}
        rest: {operations: [{execute: {script: exec sleep 600}}]}
      """;

  @TempDir static Path folder;
  @AutoClose private static LoneAgent agent;
  private static ObjectNode document;

  @BeforeAll
  static void start() throws Exception {
    Map<String, Object> yaml = new Yaml().load(Files.readString(DOCUMENT));
    document = JSON.valueToTree(yaml);
    agent = LoneAgent.start(new AgentCluster(folder).pattern(PATTERN));
    agent.cluster().fire("done-1", "good");
    agent.cluster().fire("done-2", "bad");
    agent.cluster().fire("done-3", "bad");
    assertThat(agent.cluster().ended("done-3").status()).isEqualTo(Status.ERROR);
  }

  private static Set<String> documented() {
    Set<String> all = new TreeSet<>();
    for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
      path.getValue()
          .fieldNames()
          .forEachRemaining(
              method -> all.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey()));
    }
    return all;
  }

  private static Set<String> running() {
    Set<String> all = new TreeSet<>();
    for (Route route : agent.agent().router().getRoutes()) {
      if (route.getPath() != null && route.getPath().startsWith("/v1/")) {
        String path = route.getPath().replaceAll(":([a-z]+)", "{$1}");
        Set<io.vertx.core.http.HttpMethod> methods =
            route.methods() == null ? Set.of() : route.methods();
        methods.forEach(method -> all.add(method.name() + " " + path));
      }
    }
    return all;
  }

  @Test
  void every_route_is_in_it_and_none_else() {
    assertThat(running()).contains("GET /v1/status", "POST /v1/events").isEqualTo(documented());
  }

  @Test
  void it_is_served() throws Exception {
    HttpResponse<String> answer = agent.http().get("/v1/openapi.yaml");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(Files.readString(DOCUMENT));
  }

  /** What the document says of such an answer; a field that it does not name is a fault. */
  private static List<String> faults(String method, String path, HttpResponse<String> answer)
      throws Exception {
    ObjectNode root = document.deepCopy();
    for (Map.Entry<String, JsonNode> schema : root.at("/components/schemas").properties()) {
      boolean base = schema.getKey().equals("EventFields");
      boolean object = schema.getValue().has("properties") || schema.getValue().has("allOf");
      if (object && !base) {
        ((ObjectNode) schema.getValue()).put("unevaluatedProperties", false);
      }
    }
    JsonNode responses = root.path("paths").path(path).path(method).path("responses");
    String status = Integer.toString(answer.statusCode());
    JsonNode response = responses.has(status) ? responses.get(status) : responses.path("default");
    if (response.has("$ref")) {
      response = root.at(response.get("$ref").asText().substring(1));
    }
    String type = answer.headers().firstValue("Content-Type").orElse("none").split(";", 2)[0];
    JsonNode schema = response.path("content").path(type).path("schema");
    assertThat(schema.isMissingNode()).as("%s %s %s %s", method, path, status, type).isFalse();
    root.setAll((ObjectNode) schema);
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(root)
        .validate(JSON.readTree(answer.body()))
        .stream()
        .map(Object::toString)
        .toList();
  }

  private static HttpResponse<String> check(
      String method, String path, String asked, String body, int status) throws Exception {
    HttpResponse<String> answer =
        agent
            .http()
            .send(method.toUpperCase(Locale.ROOT), asked, body, "Content-Type", "application/json");
    assertThat(answer.statusCode()).as("%s: %s", asked, answer.body()).isEqualTo(status);
    assertThat(faults(method, path, answer)).as("%s: %s", asked, answer.body()).isEmpty();
    return answer;
  }

  @Test
  void answers_to_questions_are_as_it_says() throws Exception {
    check("get", "/v1/status", "/v1/status", "", 200);
    check("get", "/v1/events", "/v1/events?status=error,success", "", 200);
    check("get", "/v1/events", "/v1/events?status=x", "", 400);
    check("get", "/v1/events/{id}", "/v1/events/done-2", "", 200);
    check("get", "/v1/events/{id}", "/v1/events/nobody", "", 404);
    check("get", "/v1/events/{id}", "/v1/events/done", "", 409);
    check("get", "/v1/events/{id}/logs", "/v1/events/done-2/logs", "", 200);
    check("get", "/v1/nodes", "/v1/nodes", "", 200);
    String node = JSON.readTree(agent.http().get("/v1/nodes").body()).path(0).path("Node").asText();
    check("get", "/v1/nodes/{node}", "/v1/nodes/" + node, "", 200);
    check("get", "/v1/nodes/{node}", "/v1/nodes/nobody", "", 404);
    check("get", "/v1/queue", "/v1/queue", "", 200);
    check("get", "/v1/patterns", "/v1/patterns", "", 200);
    check("get", "/v1/expected", "/v1/expected", "", 200);
    check("get", "/v1/access", "/v1/access", "", 200);
    check("get", "/v1/windows", "/v1/windows", "", 200);
    check("get", "/v1/schedules", "/v1/schedules", "", 200);
    check("get", "/v1/plan", "/v1/plan?event=bad&param.v=1", "", 200);
    check("get", "/v1/plan", "/v1/plan?event=unheard", "", 404);
    check("get", "/v1/plan", "/v1/plan?retry=done-2", "", 200);
    check("get", "/v1/plan", "/v1/plan?retry=done-1", "", 409);
  }

  @Test
  void answers_to_what_changes_something_are_as_it_says() throws Exception {
    String slow = "{\"name\": \"slow\", \"id\": \"slow-1\"}";
    check("post", "/v1/events", "/v1/events", slow, 202);
    check("post", "/v1/events", "/v1/events", slow, 409);
    check("post", "/v1/events", "/v1/events", "{", 400);
    check("post", "/v1/events", "/v1/events", "[]", 202);
    await().until(() -> agent.http().get("/v1/nodes").body().contains("inprogress"));
    check("get", "/v1/status", "/v1/status", "", 200);
    check("get", "/v1/nodes", "/v1/nodes", "", 200);
    check("post", "/v1/events", "/v1/events", "{\"name\": \"good\", \"id\": \"next-1\"}", 202);
    check("get", "/v1/queue", "/v1/queue", "", 200);
    check("get", "/v1/events/{id}", "/v1/events/next-1", "", 200);
    check("delete", "/v1/queue/{id}", "/v1/queue/next-1", "", 200);
    check("delete", "/v1/queue/{id}", "/v1/queue/slow-1", "", 409);
    String cancel = "/v1/events/{id}/cancel";
    check("post", cancel, "/v1/events/slow-1/cancel", "{\"Reason\": \"late\"}", 202);
    assertThat(agent.cluster().ended("slow-1").status()).isEqualTo(Status.ERROR);
    check("post", cancel, "/v1/events/slow-1/cancel", "", 409);
    check("get", "/v1/events/{id}", "/v1/events/slow-1", "", 200);
    String retry = "/v1/events/{id}/retry";
    check("post", retry, "/v1/events/done-3/retry", "{\"Plan\": \"none\"}", 400);
    check("post", retry, "/v1/events/done-3/retry", "{\"From\": 0}", 202);
    check("post", retry, "/v1/events/done-1/retry", "", 409);
    String freeze = "{\"Event\": \"good\", \"Reason\": \"moving\"}";
    check("post", "/v1/freeze", "/v1/freeze", freeze, 200);
    String unheard = freeze.replace("good", "unheard");
    check("post", "/v1/freeze", "/v1/freeze", unheard, 404);
    check("delete", "/v1/freeze", "/v1/freeze?event=good", "", 200);
    check("delete", "/v1/freeze", "/v1/freeze", "", 404);
  }

  @Test
  void an_answer_that_it_does_not_describe_is_a_fault() throws Exception {
    ObjectNode before = document.deepCopy();
    ((ObjectNode) document.at("/components/schemas/Cluster/properties")).remove("Agents");
    try {
      assertThat(faults("get", "/v1/status", agent.http().get("/v1/status"))).isNotEmpty();
    } finally {
      document = before;
    }
  }
}
