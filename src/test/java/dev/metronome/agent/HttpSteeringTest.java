package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.metronome.model.record.Status;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ends an event or has it go on, over HTTP. */
class HttpSteeringTest {

  private static final String PATTERN =
      """
      events:
        long: {task: sleep}
        failing: {ordered_tasks: [{task: say}, {task: fail}]}
      tasks:
        sleep: {operations: [{execute: {script: exec sleep 600}}]}
        say: {operations: [{execute: {script: echo said}}]}
        fail: {operations: [{execute: {script: 'test -f "$METRONOME_PARAM_x" && exit 0; exit 3'}}]}
      """;

  @TempDir static Path folder;
  @AutoClose private static LoneAgent agent;

  @BeforeAll
  static void start() throws Exception {
    agent = LoneAgent.start(new AgentCluster(folder).pattern(PATTERN));
  }

  private static JsonNode send(String method, String path, String body, int status)
      throws Exception {
    HttpResponse<String> answer =
        agent.http().send(method, path, body, "Content-Type", "application/json");
    assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(status);
    return new ObjectMapper().readTree(answer.body());
  }

  @Test
  void a_running_event_is_cancelled_and_says_by_whom_and_why() throws Exception {
    agent.run("long-1", "long");

    send("POST", "/v1/events/long-1/cancel", "{\"Reason\": \"wrong version\"}", 202);

    assertThat(agent.cluster().ended("long-1").status()).isEqualTo(Status.ERROR);
    assertThat(agent.cluster().ended("long-1").message().orElseThrow())
        .contains("cancelled by http@127.0.0.1: wrong version");
    JsonNode again = send("POST", "/v1/events/long-1/cancel", "", 409);
    assertThat(again.path("Error").asText()).contains("has ended before, as error");
  }

  @Test
  void a_waiting_event_is_dropped_and_one_that_runs_is_not() throws Exception {
    agent.run("long-2", "long");
    agent.cluster().fire("wait-1", "failing");

    send("DELETE", "/v1/queue/wait-1", "", 200);
    send("DELETE", "/v1/queue/long-2", "", 409);

    assertThat(agent.cluster().ended("wait-1").cancelled()).isPresent();
    send("POST", "/v1/events/long-2/cancel", "", 202);
    agent.cluster().ended("long-2");
  }

  @Test
  void a_failed_event_goes_on_at_its_failed_task() throws Exception {
    agent.cluster().fire("fail-1", "failing");
    assertThat(agent.cluster().ended("fail-1").status()).isEqualTo(Status.ERROR);

    String id =
        send("POST", "/v1/events/fail-1/retry", "{\"FailedNodes\": true}", 202).path("ID").asText();

    assertThat(agent.cluster().ended(id).retryOf()).hasValue("fail-1");
    assertThat(agent.cluster().ended(id).from()).hasValue(1);
    assertThat(agent.cluster().text(agent.cluster().keys.result(id, 0, "a"))).isEmpty();
    String other =
        send("POST", "/v1/events/fail-1/retry", "{\"From\": 0}", 202).path("ID").asText();
    assertThat(agent.cluster().ended(other).from()).hasValue(0);
  }

  @Test
  void a_retry_continues_the_trace_of_who_wants_it() throws Exception {
    agent.cluster().fire("fail-2", "failing");
    assertThat(agent.cluster().ended("fail-2").status()).isEqualTo(Status.ERROR);
    String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    String first = retried("fail-2", trace);
    assertThat(agent.cluster().text(agent.cluster().keys.endedPlan(first))).contains(trace);
    String second = retried("fail-2", trace + "!");
    assertThat(agent.cluster().text(agent.cluster().keys.endedPlan(second)))
        .contains("failing")
        .doesNotContain("0af7651916cd43dd");
  }

  private static String retried(String id, String traceparent) throws Exception {
    HttpResponse<String> answer =
        agent.http().send("POST", "/v1/events/" + id + "/retry", "", "traceparent", traceparent);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    String retry = new ObjectMapper().readTree(answer.body()).path("ID").asText();
    agent.cluster().ended(retry);
    return retry;
  }

  @Test
  void what_cannot_be_done_is_said() throws Exception {
    send("POST", "/v1/events/none-such/cancel", "", 404);
    send("POST", "/v1/events/none-such/retry", "", 404);
    send("DELETE", "/v1/queue/none-such", "", 404);
    send("POST", "/v1/events/none-such/cancel", "{\"Reason\": 5}", 400);
    send("POST", "/v1/events/none-such/cancel", "{\"Raeson\": \"x\"}", 400);
    send("POST", "/v1/events/none-such/cancel", "[]", 400);
    send("POST", "/v1/events/none-such/cancel", "null", 400);
    send("POST", "/v1/events/none-such/cancel", "{", 400);
    send("POST", "/v1/events/none-such/retry", "{\"From\": -1}", 400);
    send("POST", "/v1/events/none-such/retry", "{\"FailedNodes\": \"yes\"}", 400);
    send("POST", "/v1/events/x/cancel", "{\"Reason\": \"" + "x".repeat(20_000) + "\"}", 413);
    HttpResponse<String> form =
        agent.http().send("POST", "/v1/events/x/cancel", "a=b", "Content-Type", "text/plain");
    assertThat(form.statusCode()).isEqualTo(415);
    assertThat(agent.http().get("/v1/events/x/cancel").statusCode()).isEqualTo(405);
  }
}
