package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task that says {@code retry}, from its assignment to the event's result. */
@Tag("consul")
class RetriedTaskTest {

  private static final String PATTERN =
      """
      events:
        flaky: {task: flaky}
        patient: {task: patient}
      tasks:
        flaky:
          retry: {attempts: 3, backoff: 0}
          operations: [{execute: {script: 'echo "try $METRONOME_ATTEMPT"; [ "$METRONOME_ATTEMPT" = 3 ]'}}]
        patient:
          retry: {attempts: 2, backoff: 20h, most: 20h}
          operations: [{execute: {script: 'echo once; exit 3'}}]
      """;

  @TempDir static Path folder;
  @AutoClose private static LoneAgent agent;

  @BeforeAll
  static void start() throws Exception {
    agent = LoneAgent.start(new AgentCluster(folder).pattern(PATTERN));
  }

  private static NodeResult onNode(String id) {
    String key = agent.cluster().keys.result(id, 0, "a");
    return Json.read(
        key, agent.cluster().operator.get(key).orElseThrow().value(), NodeResult.class);
  }

  private static JsonNode shown(String id) throws Exception {
    String body = agent.http().send("GET", "/v1/events/" + id, "").body();
    return new ObjectMapper().readTree(body).at("/Tasks/0/Nodes/0");
  }

  @Test
  void the_number_of_the_attempt_stands_in_result_log_and_metrics() throws Exception {
    agent.cluster().fire("flaky-1", "flaky");

    assertThat(agent.cluster().ended("flaky-1").status()).isEqualTo(Status.SUCCESS);
    assertThat(onNode("flaky-1").attempt()).hasValue(3);
    assertThat(onNode("flaky-1").message()).isEmpty();
    assertThat(shown("flaky-1").path("Attempt").asInt()).isEqualTo(3);
    assertThat(agent.cluster().text(agent.cluster().keys.log("flaky-1", 0, "a")))
        .contains("try 1", "attempt 1 of 3 failed", "try 2", "attempt 2 of 3 failed", "try 3");
    assertThat(agent.http().send("GET", "/metrics", "").body())
        .containsPattern("(?m)^metronome_retries_total\\S* [2-9]");
  }

  @Test
  void a_cancellation_ends_the_waiting_for_an_attempt_at_once() throws Exception {
    agent.cluster().fire("patient-1", "patient");
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> shown("patient-1").path("Attempt").asInt() == 2);
    JsonNode waiting = shown("patient-1");
    assertThat(waiting.path("Status").asText()).isEqualTo("inprogress");
    assertThat(waiting.path("Message").asText())
        .startsWith(
            "attempt 1 of 2 failed: operation 1 (execute): the script ended with exit code 3")
        .containsPattern(
            "; the next begins at 20\\d\\d-\\d\\d-\\d\\dT[0-9:]+(Z|[+-]\\d\\d:\\d\\d)");

    agent.http().send("POST", "/v1/events/patient-1/cancel", "");

    assertThat(agent.cluster().ended("patient-1").reason()).hasValue(Reason.CANCELLED);
    assertThat(onNode("patient-1").reason()).hasValue(Reason.CANCELLED);
    assertThat(onNode("patient-1").message().orElse("")).contains("; it had not begun");
    assertThat(agent.cluster().text(agent.cluster().keys.log("patient-1", 0, "a")))
        .containsOnlyOnce("once");
  }
}
