package dev.metronome.pipeline;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Json;
import dev.metronome.model.signature.EventSignatures;
import dev.metronome.model.signature.EventSignatures.Unsigned;
import dev.metronome.model.signature.SigningKeys;
import dev.metronome.testing.AgentProcess;
import dev.metronome.testing.ConsulKeys;
import dev.metronome.testing.RealConsul;
import dev.metronome.testing.SingleConsul;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Secrets that are easily found, given to an agent on a Consul that denies by default, in every way
 * in which they can be given. Every operation is run; then they are looked for everywhere.
 */
class SecretsIT {

  private static final String MASTER = UUID.randomUUID().toString();
  private static final String OPERATIONS = UUID.randomUUID().toString();
  private static final String SIGNING =
      Base64.getEncoder()
          .encodeToString("canary-of-the-signing-key-0123456789".getBytes(ISO_8859_1));
  private static final String PAYLOAD = "canary-of-the-payload-token";
  private static final String VARIABLE = "canary-of-a-secret-variable";

  private static final String TASKS =
      """
      environments: {HERE: "%s", PASSWORD: "{{db_password}}"}
      events:
        everything: {ordered_tasks: [{task: works}, {task: fails}]}
        chef: {task: cook}
        service: {task: serve}
        nothing: {task: say}
      tasks:
        say: {operations: [{echo: here}]}
        works:
          operations:
            - echo: here
            - execute: {script: 'env > "$HERE/environment"; env; until test -e "$HERE/seen"; do sleep 0.1; done'}
            - execute: {script: 'test "$PASSWORD" = canary-of-a-secret-variable'}
            - consul-kvs: {action: put, key: free/a, value: b}
            - consul-kvs: {action: get, key: free/a, name: got}
            - consul-event: {name: nothing}
        fails:
          operations:
            - execute: {script: 'echo "token $CONSUL_HTTP_TOKEN {{config.token}}"; exit 3'}
        cook: {operations: [{chef: {run_list: ["role[x]"]}}]}
        serve: {operations: [{service: {name: metronome-no-such, action: status}}]}
      """;

  @TempDir static Path folder;
  private static SingleConsul consul;
  private static ConsulKeys keys;
  private static String token;
  private static AgentProcess agent;
  private static final Map<Long, String> SEEN = new TreeMap<>();

  @BeforeAll
  static void run_everything() throws Exception {
    consul = SingleConsul.start(folder, "n1", RealConsul.acl(MASTER, ""));
    keys = new ConsulKeys(consul.address(), MASTER);
    await()
        .atMost(Duration.ofMinutes(3))
        .until(() -> keys.status("/v1/acl/policies", "GET", "") == 200);
    token = token(UUID.randomUUID().toString());
    token(OPERATIONS);
    Path site = Files.createDirectories(folder.resolve("site"));
    Files.writeString(site.resolve("task.yml"), TASKS.formatted(folder));
    Path variables = Files.writeString(folder.resolve("signing.keys"), "k1:" + SIGNING + "\n");
    agent =
        AgentProcess.start(
            folder.resolve("agent.log"),
            List.of(),
            List.of(
                "--host=127.0.0.1",
                "--port=" + consul.port(),
                "--files=" + site.resolve("task.yml"),
                "--signing-key-file=" + variables,
                "--config=" + config(),
                "--debug"),
            Map.of(
                "CONSUL_HTTP_TOKEN", token,
                "METRONOME_PAYLOAD_TOKEN", PAYLOAD,
                "METRONOME_OPERATION_TOKEN", OPERATIONS));
    agent.awaitStarted();
    for (String event : List.of("everything", "chef", "service")) {
      end(event);
    }
  }

  private static Path config() throws IOException {
    Files.writeString(folder.resolve("variables.yml"), "db_password: " + VARIABLE + "\n");
    return Files.writeString(folder.resolve("config.yml"), "role: app\nrequire-signature: true\n");
  }

  private static String token(String secret) {
    String name = UUID.randomUUID().toString();
    String rules =
        "key_prefix \\\"\\\" {policy=\\\"write\\\"} session_prefix \\\"\\\" {policy=\\\"write\\\"}"
            + " node_prefix \\\"\\\" {policy=\\\"read\\\"} service_prefix \\\"\\\""
            + " {policy=\\\"write\\\"} event_prefix \\\"\\\" {policy=\\\"write\\\"}";
    keys.putTo("/v1/acl/policy", "{\"Name\":\"" + name + "\",\"Rules\":\"" + rules + "\"}");
    keys.putTo(
        "/v1/acl/token",
        "{\"SecretID\":\"" + secret + "\",\"Policies\":[{\"Name\":\"" + name + "\"}]}");
    return secret;
  }

  private static void end(String event) {
    Event plain = Event.of(event, event, Map.of(), Clock.systemUTC().instant(), "fire", null);
    Event signed =
        new EventSignatures(SigningKeys.parse("k1:" + SIGNING), Unsigned.REFUSED).sign(plain);
    keys.queue(event, new String(Json.write(signed), UTF_8));
    await()
        .atMost(Duration.ofMinutes(5))
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              lookAtProcesses();
              letScriptGoOnceItWasSeen();
              return List.of("success", "error").contains(keys.status(event));
            });
  }

  private static void letScriptGoOnceItWasSeen() throws IOException {
    Path seen = folder.resolve("seen");
    boolean script =
        ProcessHandle.of(agent.pid()).stream()
            .flatMap(ProcessHandle::descendants)
            .anyMatch(each -> SEEN.getOrDefault(each.pid(), "").contains("/bin/sh"));
    if (script && !Files.exists(seen)) {
      Files.createFile(seen);
    }
  }

  @AfterAll
  static void stop() {
    if (agent != null) {
      agent.close();
    }
    if (consul != null) {
      consul.close();
    }
  }

  /** Command lines, but those of Consul, which was given its own token by this test. */
  private static void lookAtProcesses() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      for (Path process :
          all.filter(each -> each.getFileName().toString().matches("\\d+")).toList()) {
        try {
          String line = Files.readString(process.resolve("cmdline"), ISO_8859_1);
          SEEN.merge(
              Long.parseLong(process.getFileName().toString()), line, (a, b) -> a + "\n" + b);
        } catch (IOException e) {
          assertThat(process.resolve("stat")).as("it has ended: %s", e).isNotNull();
        }
      }
    }
  }

  private static List<String> canaries() {
    return List.of(token, OPERATIONS, SIGNING, PAYLOAD, VARIABLE);
  }

  private static void assertClean(String where, String text) {
    assertThat(text).as(where).isNotEmpty().doesNotContain(canaries().toArray(new String[0]));
  }

  private static URI page(String path) {
    Matcher port = Pattern.compile("state=started .*?port=(\\d+)").matcher(agent.log());
    assertThat(port.find()).isTrue();
    return URI.create("http://127.0.0.1:" + port.group(1) + path);
  }

  @Test
  void what_was_run_has_done_its_work() {
    assertThat(keys.all("free/")).containsValue("b");
    assertThat(keys.status("everything")).isEqualTo("error");
    assertThat(keys.all("metronome/results/everything/0/n1/log").values())
        .singleElement()
        .asString()
        .contains("here", "METRONOME_EVENT=everything", "CONSUL_HTTP_TOKEN=********");
  }

  @Test
  void no_secret_is_in_consul() {
    Map<String, String> all = keys.all("");
    String stored = all.toString();
    // What a task prints by itself is the task's: PASSWORD was meant for it.
    assertClean("KV", stored.replace("PASSWORD=" + VARIABLE, ""));
    StringBuilder events = new StringBuilder();
    for (JsonNode event : keys.get("/v1/event/list")) {
      events.append(event.path("Name").asText()).append(' ');
      events.append(
          new String(Base64.getDecoder().decode(event.path("Payload").asText("")), ISO_8859_1));
    }
    assertClean("user events", events.toString());
  }

  @Test
  void no_secret_is_in_the_log_however_much_it_says() {
    assertThat(agent.log()).contains("DEBUG");
    assertClean("log", agent.log());
  }

  @Test
  void no_secret_is_on_a_command_line() {
    assertThat(SEEN.values()).anyMatch(line -> line.contains("/bin/sh"));
    assertThat(SEEN).containsKey(agent.pid());
    SEEN.values().stream()
        .filter(line -> !line.contains("-hcl="))
        .filter(line -> !line.isEmpty())
        .forEach(line -> assertClean("command line", line));
  }

  @Test
  void a_script_finds_what_is_meant_for_it_and_no_other_secret() throws Exception {
    String environment = Files.readString(folder.resolve("environment"));
    assertThat(environment)
        .contains("PASSWORD=" + VARIABLE, "CONSUL_HTTP_TOKEN=" + OPERATIONS)
        .doesNotContain(token, SIGNING, PAYLOAD);
  }

  @Test
  void no_secret_is_on_a_page_and_one_port_is_open_on_loopback() throws Exception {
    for (String path : List.of("/metrics", "/health", "/health/ready")) {
      HttpRequest request = HttpRequest.newBuilder(page(path)).build();
      assertClean(
          path, HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body() + " ");
    }
    assertThat(listening(agent.pid()))
        .singleElement()
        .asString()
        .isEqualTo("127.0.0.1:" + page("/").getPort());
  }

  /** Addresses on which a process listens, by TCP of both kinds. */
  private static List<String> listening(long pid) throws IOException {
    List<String> own = new ArrayList<>();
    try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      for (Path each : open.toList()) {
        target(each).ifPresent(own::add);
      }
    }
    List<String> found = new ArrayList<>();
    for (String table : List.of("tcp", "tcp6")) {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/net/" + table))) {
        String[] field = line.strip().split("\\s+", -1);
        if (field[3].equals("0A") && own.contains("socket:[" + field[9] + "]")) {
          found.add(address(field[1]));
        }
      }
    }
    return found;
  }

  /** Connections come and go while they are listed. */
  private static Optional<String> target(Path descriptor) throws IOException {
    try {
      return Optional.of(Files.readSymbolicLink(descriptor).toString());
    } catch (NoSuchFileException closed) {
      return Optional.empty();
    }
  }

  private static String address(String hex) {
    String[] parts = hex.split(":", -1);
    boolean loopback = parts[0].endsWith("0100007F") && parts[0].matches("(0{16}FFFF0000)?\\w{8}");
    return (loopback ? "127.0.0.1" : parts[0]) + ":" + Integer.parseInt(parts[1], 16);
  }
}
