package dev.metronome.agent;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.metronome.http.access.Role;
import dev.metronome.http.access.User;
import dev.metronome.http.access.UserLine;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may vote over HTTP: by the role to pass the door, and by name or group to count. */
class ApprovalDoorTest {
  private static final String PATTERN =
      """
      events:
        deploy:
          ordered_tasks:
            - approve: {message: 'To production?', by: [ops], timeout: 1h}
            - {task: say}
      tasks: {say: {operations: [{echo: {text: done}}]}}
      """;

  @TempDir static Path folder;
  private static AgentCluster cluster;
  private static String url;

  @BeforeAll
  static void start() throws Exception {
    Path users = folder.resolve("users");
    Files.writeString(
        users,
        Stream.of(
                new User("reader", Role.READ, List.of("ops")),
                new User("dev", Role.APPROVE, List.of("devs")),
                new User("writer", Role.WRITE),
                new User("bob", Role.APPROVE, List.of("dba", "ops")))
            .map(user -> UserLine.withToken(user, "token-of-" + user.name()).toString())
            .collect(joining("\n")));
    cluster = new AgentCluster(folder).pattern(PATTERN).flag("http-users", users.toString());
    url = "http://127.0.0.1:" + cluster.started("a").port();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static void asking(String id) {
    cluster.fire(id, "deploy");
    await().until(() -> cluster.text("metronome/results/" + id + "/0").contains("Until"));
  }

  private static JsonNode vote(String id, String user, String body, int status) throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(url + "/v1/events/" + id + "/approve"))
                    .header("Content-Type", "application/json")
                    .header("Authorization", "Bearer token-of-" + user)
                    .header("Metronome-Groups", "ops") // nobody says himself which he is of
                    .POST(BodyPublishers.ofString(body))
                    .build(),
                BodyHandlers.ofString());
    assertThat(answer.statusCode()).as("%s: %s", user, answer.body()).isEqualTo(status);
    return new ObjectMapper().readTree(answer.body());
  }

  @Test
  void a_role_lets_vote_and_a_group_has_the_vote_count() throws Exception {
    asking("yes-1");
    assertThat(vote("yes-1", "reader", "{}", 403).path("Hint").asText()).contains("role approve");
    assertThat(vote("yes-1", "dev", "{}", 403).path("Error").asText())
        .contains("dev@127.0.0.1 is none of those who may: ops");
    assertThat(vote("yes-1", "writer", "{}", 403).path("Error").asText()).contains("ops");
    assertThat(vote("yes-1", "bob", "{\"Deny\": 1}", 400).path("Error").asText()).contains("Deny");

    JsonNode counted = vote("yes-1", "bob", "{\"Reason\": \"as agreed\"}", 200);

    assertThat(counted.path("Missing").asInt()).isZero();
    assertThat(counted.at("/Vote/Groups/0").asText()).isEqualTo("ops");
    assertThat(cluster.ended("yes-1").status()).isEqualTo(Status.SUCCESS);
    assertThat(cluster.task("yes-1", 0).message())
        .contains("approved by bob@127.0.0.1 (as agreed)");
    assertThat(vote("yes-1", "bob", "{}", 409).path("Error").asText()).contains("has ended before");
    vote("unheard-of", "bob", "{}", 404);
  }

  @Test
  void who_may_approve_may_not_fire() throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(url + "/v1/events"))
                    .header("Content-Type", "application/json")
                    .header("Authorization", "Bearer token-of-bob")
                    .POST(BodyPublishers.ofString("{\"Name\": \"deploy\"}"))
                    .build(),
                BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(403);
  }

  @Test
  void what_is_denied_ends() throws Exception {
    asking("no-1");
    vote("no-1", "bob", "{\"Deny\": true, \"Reason\": \"too late\"}", 200);

    assertThat(cluster.ended("no-1").reason()).contains(Reason.DENIED);
    assertThat(cluster.ended("no-1").message())
        .contains("task 0 approve: denied by bob@127.0.0.1: too late");
  }
}
