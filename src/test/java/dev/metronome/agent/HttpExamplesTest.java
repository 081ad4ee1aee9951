package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the docs tell to type with curl, and the table of requests: each is sent to an agent. */
class HttpExamplesTest {

  private static final Path API = Path.of("docs/http-api.md");
  private static final String LOOPBACK = "http://127.0.0.1:8520/";
  private static final Pattern CURL = Pattern.compile("(?:^|`)curl ([^`\n]*)", Pattern.MULTILINE);
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `(GET|POST|DELETE) (/v1/[^`]*)` \\|");
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static final String PATTERN =
      """
      events:
        deploy: {task: fail}
        long: {task: rest}
      tasks:
        fail: {operations: [{execute: {script: exit 3}}]}
        rest: {operations: [{execute: {script: exec sleep 600}}]}
      """;

  @TempDir static Path folder;
  @AutoClose private static LoneAgent agent;

  /** As curl would send it. */
  private record Command(String method, String url, String body, List<String> headers) {

    static Command of(String line) {
      List<String> words =
          WORD.matcher(line)
              .results()
              .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
              .toList();
      String method = "";
      String url = "";
      String body = "";
      List<String> headers = new ArrayList<>();
      for (int i = 0; i < words.size(); i++) {
        switch (words.get(i)) {
          case "-sS", "-sN" -> {}
          case "-X" -> method = words.get(++i);
          case "-d" -> body = words.get(++i);
          case "-H" -> headers.addAll(List.of(words.get(++i).split(": ", 2)));
          default -> {
            assertThat(words.get(i)).as("in `curl %s`", line).startsWith(LOOPBACK);
            url = words.get(i);
          }
        }
      }
      return new Command(
          !method.isEmpty() ? method : body.isEmpty() ? "GET" : "POST", url, body, headers);
    }
  }

  @BeforeAll
  static void start() throws Exception {
    agent = LoneAgent.start(new AgentCluster(folder).pattern(PATTERN));
    agent.cluster().fire("failed-1", "deploy");
    agent.cluster().ended("failed-1");
  }

  static List<String> commands() throws Exception {
    List<String> commands = new ArrayList<>();
    try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
      for (Path page :
          Stream.concat(Stream.of(Path.of("README.md")), docs)
              .filter(file -> file.toString().endsWith(".md"))
              .sorted()
              .toList()) {
        String text = Files.readString(page).replace("\\\n", " ");
        CURL.matcher(text)
            .results()
            .map(found -> found.group(1))
            .filter(line -> line.contains(LOOPBACK)) // to others it opens with a certificate
            .forEach(commands::add);
      }
    }
    assertThat(commands).hasSizeGreaterThanOrEqualTo(5);
    return commands;
  }

  private static int send(String method, String url, String body, List<String> headers)
      throws Exception {
    URI uri = URI.create(url.replace(":8520/", ":" + agent.port() + "/"));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(Duration.ofMinutes(2))
            .method(method, BodyPublishers.ofString(body));
    if (!headers.isEmpty()) {
      request.headers(headers.toArray(String[]::new));
    }
    HttpResponse<InputStream> answer = CLIENT.send(request.build(), BodyHandlers.ofInputStream());
    try (InputStream in = answer.body()) {
      assertThat(in.read()).as("it says something").isPositive();
    }
    return answer.statusCode();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void every_curl_command_does_what_it_is_for(String line) throws Exception {
    String own = "3f2a91bc";
    if (line.contains(own)) {
      agent.run(own, "long");
    }
    Command command = Command.of(line);
    int status = send(command.method(), command.url(), command.body(), command.headers());
    assertThat(status).as(line).isEqualTo(command.method().equals("GET") ? 200 : 202);
    if (line.contains(own)) {
      assertThat(agent.cluster().ended(own).message().orElseThrow()).contains("wrong version");
    }
  }

  @Test
  void every_row_of_the_table_of_requests_is_answered() throws Exception {
    List<MatchResult> rows = ROW.matcher(Files.readString(API)).results().toList();
    assertThat(rows).hasSizeGreaterThanOrEqualTo(12);
    for (MatchResult row : rows) {
      String path =
          row.group(2)
              .replace("ID", "failed-1")
              .replace("NAME", "deploy")
              .replace("EVENT", "deploy")
              .replace("/NODE", "/a")
              .replace("KEY=VALUE", "version=1");
      int status = send(row.group(1), "http://127.0.0.1:8520" + path, "", List.of());
      List<Integer> wanted =
          switch (row.group(1) + " " + row.group(2)) {
            case "POST /v1/events" -> List.of(415); // without a body
            case "POST /v1/events/ID/cancel", "POST /v1/events/ID/approve", "DELETE /v1/queue/ID" ->
                List.of(409); // it has ended
            case "POST /v1/events/ID/retry" -> List.of(202);
            case "POST /v1/freeze" -> List.of(400); // without a reason
            case "DELETE /v1/freeze?event=EVENT" -> List.of(404); // there is none
            case "POST /v1/schedules/EVENT/pause", "POST /v1/schedules/EVENT/resume" ->
                List.of(404); // it has no cron
            default -> List.of(200);
          };
      assertThat(wanted).as(row.group()).contains(status);
    }
  }
}
