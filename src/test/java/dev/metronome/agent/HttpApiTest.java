package dev.metronome.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Status;
import dev.metronome.testing.Member;
import dev.metronome.testing.OriginalKeys;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiwiproject.consul.model.agent.ImmutableRegistration;

/** What an agent answers about the cluster, over HTTP. */
class HttpApiTest {

  private static final String NAUGHTY = "<script>alert(1)</script> \u001b[31m red";

  private static final String PATTERN =
      """
      events:
        deploy:
          description: Bring out a new version
          ordered_tasks: [{task: say}, {service: app, tag: blue, task: again}]
        failing: {priority: 20, ordered_tasks: [{task: say}, {task: fail}]}
      tasks:
        say: {operations: [{execute: {script: "echo '%s'"}}]}
        again: {operations: [{execute: {script: 'true'}}]}
        fail: {operations: [{execute: {script: exit 3}}]}
      """
          .formatted(NAUGHTY.replace("\u001b", "\\x1b"));

  @TempDir static Path folder;
  @AutoClose private static LoneAgent agent;

  @BeforeAll
  static void start() throws Exception {
    agent = LoneAgent.start(new AgentCluster(folder).flag("role", "web,db").pattern(PATTERN));
    try (ConsulConnection local = Member.connection(agent.cluster().consul, "a")) {
      local
          .endpoints()
          .consul()
          .agentClient()
          .register(
              ImmutableRegistration.builder()
                  .name("app")
                  .id("app")
                  .port(80)
                  .addTags("blue")
                  .build());
    }
    agent.cluster().fire("good-1", "deploy");
    agent.cluster().fire("skip-1", "unheard");
    agent.cluster().fire("bad-1", "failing", Map.of("version", "1.4", "api_token", "hush"));
    assertThat(agent.cluster().ended("bad-1").status()).isEqualTo(Status.ERROR);
  }

  private static JsonNode json(String path) throws Exception {
    HttpResponse<String> answer = agent.http().get(path);
    assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    return new ObjectMapper().readTree(answer.body());
  }

  private static JsonNode trouble(String path, int status) throws Exception {
    HttpResponse<String> answer = agent.http().get(path);
    assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(status);
    JsonNode body = new ObjectMapper().readTree(answer.body());
    assertThat(body.path("Error").asText()).as(path).isNotBlank();
    assertThat(answer.body()).doesNotContain("Exception", "\tat ");
    return body;
  }

  @Test
  void status_says_who_leads_and_lives_and_what_runs() throws Exception {
    JsonNode status = json("/v1/status");

    assertThat(status.at("/Leader/Node").asText()).isEqualTo("a");
    assertThat(status.at("/Agents/0").asText()).isEqualTo("a");
    assertThat(status.at("/Queue/Waiting").asInt()).isZero();
    assertThat(status.has("Running")).isFalse();
  }

  @Test
  void events_are_listed_by_status_time_and_number() throws Exception {
    assertThat(json("/v1/events").path("Total").asInt()).isGreaterThanOrEqualTo(2);
    JsonNode failed = json("/v1/events?status=error,timeout&since=1h&limit=1");
    assertThat(failed.at("/Events/0/ID").asText()).isEqualTo("bad-1");
    assertThat(failed.path("Events")).hasSize(1);
    assertThat(json("/v1/events?since=2999-01-01T00:00:00Z").path("Matching").asInt()).isZero();
  }

  @Test
  void events_are_listed_by_name_sender_and_parameters() throws Exception {
    JsonNode bad = json("/v1/events/bad-1");
    String by = "&by=" + bad.path("By").asText();
    String name = "/v1/events?limit=50&name=" + bad.path("Name").asText();
    assertThat(json(name + by).path("Events")).isNotEmpty();
    assertThat(json(name + by).findValuesAsText("Name")).containsOnly(bad.path("Name").asText());
    assertThat(json(name + "&by=nobody").path("Matching").asInt()).isZero();
    assertThat(json(name + "&param.no=such").path("Matching").asInt()).isZero();
    assertThat(trouble("/v1/events?param.token=x", 400).path("Error").asText())
        .contains("token is a secret by its name");
  }

  @Test
  void an_event_has_its_tasks_and_nodes() throws Exception {
    JsonNode event = json("/v1/events/bad-1");

    assertThat(event.path("Status").asText()).isEqualTo("error");
    assertThat(event.path("Digest").asText()).matches("web:[0-9a-f]{12}");
    assertThat(event.at("/Tasks/1/Nodes/0/Node").asText()).isEqualTo("a");
    assertThat(event.at("/Tasks/1/Nodes/0/Message").asText()).contains("exit code 3");
    assertThat(json("/v1/events/bad-").path("ID").asText()).isEqualTo("bad-1");
  }

  @Test
  void results_of_the_original_are_listed_and_told_like_others() throws Exception {
    OriginalKeys.put(agent.cluster().operator, OriginalKeys.results());

    JsonNode event = json("/v1/events/" + OriginalKeys.ENDED);
    assertThat(event.at("/Tasks/0/Nodes/0/Node").asText()).isEqualTo("web1");
    HttpResponse<String> log =
        agent.http().get("/v1/events/" + OriginalKeys.ENDED + "/logs?task=0&node=web1");
    assertThat(log.body()).isEqualTo(OriginalKeys.LOG);
    assertThat(json("/v1/events?limit=50").findValuesAsText("ID"))
        .contains(OriginalKeys.ENDED, OriginalKeys.BEGUN);
  }

  @Test
  void an_unknown_ambiguous_or_impossible_id_is_said() throws Exception {
    assertThat(trouble("/v1/events/ffff-none", 404).path("Hint").asText()).contains("/v1/events");
    trouble("/v1/events/ffff-none/logs", 404);
    for (String id :
        new String[] {"..%2Fleader", "a%3Abc", "abc.", "abc..d", "a%20bc", "gr%C3%B6"}) {
      for (String way : new String[] {"", "/logs"}) {
        assertThat(trouble("/v1/events/" + id + way, 400).path("Error").asText())
            .contains(Keys.SEGMENT_RULE);
      }
      for (String way : new String[] {"cancel", "retry", "approve"}) {
        assertThat(
                agent
                    .http()
                    .send(
                        "POST",
                        "/v1/events/" + id + "/" + way,
                        "{}",
                        "Content-Type",
                        "application/json"))
            .satisfies(answer -> assertThat(answer.statusCode()).as(way).isEqualTo(400))
            .satisfies(answer -> assertThat(answer.body()).as(way).contains(Keys.SEGMENT_RULE));
      }
      trouble("/v1/plan?retry=" + id, 400);
    }
    trouble("/v1/events/go", 400);
    for (String id : new String[] {"same-1", "same-2"}) {
      agent
          .cluster()
          .operator
          .commit(
              new Transaction()
                  .set(
                      agent.cluster().keys.event(1, id),
                      "{\"Format\":99}".getBytes(UTF_8))); // of a newer agent
    }
    JsonNode ambiguous = trouble("/v1/events/same", 409);
    assertThat(ambiguous.path("Candidates")).hasSize(2);
    assertThat(trouble("/v1/events/same-1", 501).path("Hint").asText()).contains("newer version");
    assertThat(json("/v1/events").at("/Newer/0/Key").asText()).endsWith("/same-1");
    for (String id : new String[] {"same-1", "same-2"}) {
      agent.cluster().operator.commit(new Transaction().delete(agent.cluster().keys.event(1, id)));
    }
  }

  @Test
  void a_log_is_plain_text_whatever_is_in_it() throws Exception {
    HttpResponse<String> log = agent.http().get("/v1/events/bad-1/logs?task=0&node=a");

    assertThat(log.statusCode()).isEqualTo(200);
    assertThat(log.headers().firstValue("Content-Type")).hasValue("text/plain; charset=utf-8");
    assertThat(log.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(log.body()).contains("<script>alert(1)</script>");
    trouble("/v1/events/bad-1/logs?task=9&node=a", 404);
    trouble("/v1/events/bad-1/logs?task=0&node=b", 404);
  }

  @Test
  void all_logs_are_a_list() throws Exception {
    JsonNode logs = json("/v1/events/bad-1/logs");

    assertThat(logs).hasSize(2);
    assertThat(logs.at("/0/No").asInt()).isZero();
    assertThat(logs.at("/0/Task").asText()).isEqualTo("say");
    assertThat(logs.at("/0/Node").asText()).isEqualTo("a");
    assertThat(logs.at("/0/Size").asInt())
        .isEqualTo(logs.at("/0/Log").asText().getBytes(UTF_8).length);
    assertThat(json("/v1/events/bad-1/logs?task=1")).hasSize(1);
    assertThat(json("/v1/events/bad-1/logs?node=nobody")).isEmpty();
  }

  @Test
  void nodes_and_the_queue_are_as_the_commands_print_them() throws Exception {
    JsonNode nodes = json("/v1/nodes");
    assertThat(nodes.at("/0/Node").asText()).isEqualTo("a");
    assertThat(nodes.at("/0/Role").asText()).isEqualTo("leader");
    assertThat(nodes.at("/0/Roles/1").asText()).isEqualTo("db");
    assertThat(json("/v1/queue").path("Events")).isEmpty();
  }

  @Test
  void patterns_are_what_can_be_fired_here() throws Exception {
    JsonNode patterns = json("/v1/patterns");

    assertThat(patterns.at("/0/Pattern").asText()).isEqualTo("web");
    assertThat(patterns.at("/0/Event").asText()).isEqualTo("deploy");
    assertThat(patterns.at("/0/Description").asText()).isEqualTo("Bring out a new version");
    assertThat(patterns.at("/0/Tasks/1").asText()).isEqualTo("again");
    assertThat(patterns.at("/1/Priority").asInt()).isEqualTo(20);
  }

  @Test
  void a_plan_says_what_would_happen() throws Exception {
    JsonNode plan = json("/v1/plan?event=deploy&param.version=1.4&param.api_token=hush");

    assertThat(plan.path("Fingerprint").asText()).isNotBlank();
    assertThat(plan.at("/Params/version").asText()).isEqualTo("1.4");
    assertThat(plan.toString()).doesNotContain("hush");
    assertThat(plan.path("Tasks")).hasSize(2);
    trouble("/v1/plan?event=unheard", 404);
    assertThat(trouble("/v1/plan?event=deplyo", 404).path("Error").asText())
        .endsWith("; did you mean `deploy`?");
    JsonNode retry = json("/v1/plan?retry=bad-");
    assertThat(retry.path("Event").asText()).isEqualTo("failing");
    assertThat(retry.at("/Params/version").asText()).isEqualTo("1.4");
    assertThat(retry.toString()).doesNotContain("hush");
    assertThat(retry.path("Tasks")).as("of the task that failed").hasSize(1);
    assertThat(json("/v1/plan?retry=bad-1&from=0").path("Tasks")).hasSize(2);
    trouble("/v1/plan?retry=bad-1&from=99", 409);
    trouble("/v1/plan?retry=bad-1&from=first", 400);
    trouble("/v1/plan?retry=bad-1&failed-nodes=yes", 400);
    trouble("/v1/plan?retry=bad-1&event=deploy", 400);
    trouble("/v1/plan?retry=bad-1&param.a=b", 400);
    trouble("/v1/plan?retry=ffff-none", 404);
    assertThat(trouble("/v1/plan?retry=skip-1", 409).path("Error").asText()).contains("skip-1");
    trouble("/v1/plan", 400);
    trouble("/v1/plan?event=deploy&param.a-b=1", 400);
  }

  @Test
  void what_is_not_understood_is_refused() throws Exception {
    trouble("/v1/events?status=sucess", 400);
    trouble("/v1/events?limit=0", 400);
    trouble("/v1/events?limit=1&limit=2", 400);
    trouble("/v1/events?since=yesterday", 400);
    assertThat(trouble("/v1/events?stauts=error", 400).path("Hint").asText()).contains("status");
    trouble("/v1/events/bad-1/logs?task=-1", 400);
    trouble("/v1/nothing", 404);
    trouble("/v1/", 404);
    HttpResponse<String> put = agent.http().send("PUT", "/v1/status", "");
    assertThat(put.statusCode()).isEqualTo(405);
    assertThat(put.headers().allValues("Allow")).containsExactly("GET");
    HttpResponse<String> events = agent.http().send("PATCH", "/v1/events", "{}");
    assertThat(events.headers().allValues("Allow")).containsExactly("GET, POST");
    HttpResponse<String> freeze = agent.http().send("GET", "/v1/freeze", "");
    assertThat(freeze.headers().allValues("Allow")).containsExactly("DELETE, POST");
    HttpResponse<String> stream = agent.http().send("POST", "/v1/stream", "{}");
    assertThat(stream.statusCode()).isEqualTo(405);
    assertThat(stream.body()).contains("POST is nothing to do here", "Hint");
    trouble("/v1/stream?since=1", 400);
    assertThat(agent.http().send("DELETE", "/v1/events/bad-1", "").statusCode()).isEqualTo(405);
  }
}
