package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.metronome.model.record.Status;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What freezes, and pauses the calendar, over HTTP. */
class HttpTrafficTest {

  private static final String PATTERN =
      """
      windows:
        once: {from: "%1$s", to: "%2$s"}
        past: {deny: true, from: "2020-01-01T00:00Z", to: "2020-01-02T00:00Z"}
      events:
        night: {task: say, window: [once, past]}
        always: {task: say, window: past}
        deploy: {task: say}
        check: {task: say}
        backup: {task: say, cron: "0 0 29 2 *"}
      tasks:
        say: {operations: [{echo: {text: said}}]}
      """;

  @TempDir static Path folder;
  @AutoClose private static LoneAgent agent;
  private static Instant nextYear;

  @BeforeAll
  static void start() throws Exception {
    nextYear = Instant.now().plus(365, ChronoUnit.DAYS).truncatedTo(ChronoUnit.DAYS);
    String pattern = PATTERN.formatted(nextYear, nextYear.plus(1, ChronoUnit.DAYS));
    agent = LoneAgent.start(new AgentCluster(folder).pattern(pattern));
  }

  private static JsonNode send(String method, String path, String body, int status)
      throws Exception {
    HttpResponse<String> answer =
        agent.http().send(method, path, body, "Content-Type", "application/json");
    assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(status);
    return new ObjectMapper().readTree(answer.body());
  }

  @Test
  void what_is_frozen_begins_when_it_is_thawed() throws Exception {
    JsonNode freeze =
        send("POST", "/v1/freeze", "{\"Event\": \"deploy\", \"Reason\": \"broken\"}", 200);
    assertThat(freeze.path("By").asText()).isEqualTo("http@127.0.0.1");
    agent.cluster().fire("d1", "deploy");
    agent.cluster().fire("c1", "check");

    assertThat(agent.cluster().ended("c1").status()).isEqualTo(Status.SUCCESS);
    assertThat(agent.cluster().result("d1")).isEmpty();
    JsonNode status = send("GET", "/v1/status", "", 200);
    assertThat(status.at("/Frozen/0/Reason").asText()).isEqualTo("broken");

    send("DELETE", "/v1/freeze?event=deploy", "", 200);
    assertThat(agent.cluster().ended("d1").status()).isEqualTo(Status.SUCCESS);
    send("DELETE", "/v1/freeze?event=deploy", "", 404);
  }

  @Test
  void a_lane_that_can_be_none_is_refused_before_consul_is_asked() throws Exception {
    send("DELETE", "/v1/freeze?lane=%E2%BE%A5%20x", "", 400);
    send("DELETE", "/v1/freeze?lane=app&event=deploy", "", 400);
    send("DELETE", "/v1/freeze?lane=app", "", 404);
    send("POST", "/v1/freeze", "{\"Reason\": \"x\", \"Lane\": \"a/b\"}", 400);
    send("POST", "/v1/freeze", "{\"Reason\": \"x\", \"Lane\": \"none\"}", 404);
  }

  @Test
  void a_freeze_without_a_reason_or_until_yesterday_is_refused() throws Exception {
    send("POST", "/v1/freeze", "{}", 400);
    send("POST", "/v1/freeze", "{\"Reason\": \"x\", \"Until\": \"2020-01-01T00:00:00Z\"}", 400);
    send("POST", "/v1/freeze", "{\"Reason\": \"x\", \"Until\": \"tomorrow\"}", 400);
    send("POST", "/v1/freeze", "{\"Resaon\": \"x\"}", 400);
    JsonNode mistyped =
        send("POST", "/v1/freeze", "{\"Event\": \"delpoy\", \"Reason\": \"x\"}", 404);
    assertThat(mistyped.path("Error").asText()).contains("did you mean `deploy`?; nothing was");
    assertThat(send("GET", "/v1/status", "", 200).has("Frozen")).isFalse();
  }

  @Test
  void windows_are_told_with_the_events_that_may_begin_in_them_only() throws Exception {
    JsonNode all = send("GET", "/v1/windows", "", 200).path("Windows");
    assertThat(all).hasSize(2);
    JsonNode night = all.path(0);
    assertThat(night.path("Event").asText()).isEqualTo("night");
    assertThat(night.path("Open").asBoolean()).isFalse();
    assertThat(night.path("Opens").asText()).isEqualTo(nextYear.toString());
    assertThat(night.path("Why").asText()).isEqualTo("not in once");
    assertThat(night.at("/Windows/0/Times").asText()).isEqualTo("once");
    assertThat(night.at("/Windows/0/From").asText()).isEqualTo(nextYear.toString());
    assertThat(night.at("/Windows/1/Deny").asBoolean()).isTrue();
    assertThat(night.at("/Windows/1").has("From")).isFalse();
    assertThat(all.at("/1/Open").asBoolean()).isTrue();
    assertThat(all.at("/1").has("Closes")).isFalse();
  }

  @Test
  void schedules_are_listed_paused_and_resumed() throws Exception {
    JsonNode one = send("GET", "/v1/schedules", "", 200).at("/Schedules/0");
    assertThat(one.path("Name").asText()).isEqualTo("backup");
    assertThat(one.path("Next")).hasSize(5);

    send("POST", "/v1/schedules/backup/pause", "{\"Reason\": \"moving\"}", 200);
    JsonNode paused = send("GET", "/v1/schedules", "", 200).at("/Schedules/0");
    assertThat(paused.at("/Paused/Reason").asText()).isEqualTo("moving");
    assertThat(paused.path("Next")).isEmpty();
    send("POST", "/v1/schedules/backup/resume", "", 200);
    assertThat(send("GET", "/v1/schedules", "", 200).at("/Schedules/0").has("Paused")).isFalse();
    send("POST", "/v1/schedules/deploy/pause", "", 404);
  }
}
