package dev.metronome.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.http.access.Role;
import dev.metronome.http.access.User;
import dev.metronome.http.access.UserLine;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.signature.SigningKeys;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom an agent lets in that others than its own machine can reach. */
class OutsideDoorTest {

  private static final String TOKEN = UserLine.newToken();
  private static final String WRITER = UserLine.newToken();
  private static final String PASSWORD = hash();
  private static final List<String> PLACES =
      List.of(
          "/",
          "/v1/status",
          "/v1/nothing",
          "/v1/stream",
          "/metrics",
          "/hawtio/",
          "/health",
          "/health/ready",
          "/health/live/../../v1/status",
          "//v1/status");

  @TempDir static Path folder;
  private static Path users;
  private static AgentCluster cluster;
  private static String url;

  @BeforeAll
  static void start() throws Exception {
    users = folder.resolve("users");
    write("probe:READ", "deploy:WRITE", "alice");
    cluster =
        new AgentCluster(folder)
            .pattern(
                "tasks: {t: {operations: [{echo: hi}]}}\nevents: {go: {ordered_tasks: [{task: t}]}}\n")
            .flag("http-host", "0.0.0.0")
            .flag("http-users", users.toString())
            .flag("http-insecure", "true")
            .flag("signing-key", SigningKeys.newKey("k1")); // a writer needs no signature
    url = "http://127.0.0.1:" + cluster.started("a").port();
  }

  /** Of the same password for everybody, since it is slow to make. */
  private static String hash() {
    return UserLine.withPassword(new User("x", Role.WRITE), "correct horse")
        .toString()
        .substring(1);
  }

  private static void write(String... who) throws Exception {
    StringBuilder lines = new StringBuilder();
    for (String one : who) {
      lines.append(
          switch (one) {
            case "probe:READ" -> UserLine.withToken(new User("probe", Role.READ), TOKEN);
            case "deploy:WRITE" -> UserLine.withToken(new User("deploy", Role.WRITE), WRITER);
            default -> one + PASSWORD;
          });
      lines.append('\n');
    }
    Files.writeString(users, lines);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static HttpResponse<String> ask(HttpRequest.Builder request, String authorization)
      throws Exception {
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
  }

  private static HttpResponse<String> get(String path, String authorization) throws Exception {
    return ask(HttpRequest.newBuilder(URI.create(url + path)), authorization);
  }

  private static HttpResponse<String> post(String path, String body, String authorization)
      throws Exception {
    return ask(
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)),
        authorization);
  }

  private static String basic(String name, String password) {
    return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(UTF_8));
  }

  @Test
  void nobody_is_told_anything_but_that_it_lives() throws Exception {
    for (String path : PLACES) {
      HttpResponse<String> answer = get(path, "");
      assertThat(answer.statusCode()).as(path).isEqualTo(401);
      assertThat(answer.headers().firstValue("WWW-Authenticate").orElseThrow())
          .startsWith("Basic realm=");
      assertThat(get(path, "Bearer " + UserLine.newToken()).statusCode()).isEqualTo(401);
    }
    assertThat(get("/v1/status", basic("alice", "wrong")).statusCode()).isEqualTo(401);
    assertThat(get("/health/live", "").statusCode()).isEqualTo(200);
  }

  @Test
  void a_reader_looks_and_does_nothing() throws Exception {
    String reader = "Bearer " + TOKEN;
    assertThat(get("/v1/status", reader).statusCode()).isEqualTo(200);
    assertThat(get("/health/ready", reader).statusCode()).isEqualTo(200);
    assertThat(get("/", reader).body()).contains("<html");
    assertThat(get("/v1/access", reader).body()).contains("\"probe@127.0.0.1\"", "\"read\"");
    assertThat(get("/v1/access", basic("alice", "correct horse")).body()).contains("\"write\"");

    HttpResponse<String> refused = post("/v1/events", "{\"Name\": \"go\"}", reader);

    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("probe may only read").contains("role write is needed");
    assertThat(post("/v1/events/1234/cancel", "{}", reader).statusCode()).isEqualTo(403);
    assertThat(
            ask(HttpRequest.newBuilder(URI.create(url + "/v1/queue/1234")).DELETE(), reader)
                .statusCode())
        .isEqualTo(403);
  }

  @Test
  void a_writer_fires_in_his_name() throws Exception {
    HttpResponse<String> accepted =
        post(
            "/v1/events",
            "{\"Name\": \"go\", \"ID\": \"by-alice\"}",
            basic("alice", "correct horse"));

    assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
    EventResult result = cluster.ended("by-alice");
    assertThat(result.by()).contains("alice@127.0.0.1");
    assertThat(cluster.keys("metronome/").stream().map(cluster::text))
        .noneMatch(text -> text.contains("correct horse") || text.contains("Basic "));
  }

  @Test
  void nobody_takes_anothers_name() throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + "/v1/events"))
            .header("Content-Type", "application/json")
            .header("Metronome-Visitor", "root@localhost")
            .POST(BodyPublishers.ofString("{\"Name\": \"go\", \"ID\": \"by-deploy\"}"));

    assertThat(ask(request, "Bearer " + WRITER).statusCode()).isEqualTo(202);
    assertThat(cluster.ended("by-deploy").by()).contains("deploy@127.0.0.1");
  }

  @Test
  void a_body_waits_while_the_password_is_checked() throws Exception {
    write("probe:READ", "deploy:WRITE", "alice", "bob"); // all are checked anew
    String params = "\"p\": \"" + "x".repeat(3_000) + "\"";
    String body = "{\"Name\": \"go\", \"ID\": \"long\", \"Params\": {" + params + "}}";

    HttpResponse<String> accepted = post("/v1/events", body, basic("bob", "correct horse"));

    assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
  }

  @Test
  void who_is_taken_out_of_the_file_is_out() throws Exception {
    String carol = basic("carol", "correct horse");
    write("probe:READ", "deploy:WRITE", "alice", "carol");
    assertThat(get("/v1/status", carol).statusCode()).isEqualTo(200);

    write("probe:READ", "deploy:WRITE", "alice");

    assertThat(get("/v1/status", carol).statusCode()).isEqualTo(401);
  }

  @Test
  void another_site_gets_nothing_though_the_browser_knows_the_password() throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + "/v1/status"))
            .header("Origin", "http://evil.example");

    assertThat(ask(request, "Bearer " + TOKEN).statusCode()).isEqualTo(403);
  }

  @Test
  void it_is_reached_by_its_other_addresses() throws Exception {
    List<InetAddress> others =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> address.getAddress().length == 4 && !address.isLoopbackAddress())
            .toList();
    for (InetAddress other : others) {
      String there = url.replace("127.0.0.1", other.getHostAddress());
      HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(there + "/v1/status"));
      assertThat(ask(request, "Bearer " + TOKEN).statusCode()).as(there).isEqualTo(200);
    }
  }
}
