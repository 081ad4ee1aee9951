package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.metronome.agent.Agent;
import dev.metronome.config.Configuration;
import dev.metronome.config.ConfigurationReader;
import dev.metronome.config.Machine;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.testing.UnixBridge;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A Consul behind a Unix domain socket, and behind something that asks for a user and a password:
 * the agent and every command reach it by Consul's own variables, and name their partition.
 */
class GuardedConsulTest {

  private static final String AUTHORIZATION = "Basic YW5uYTpwYTpzcw=="; // anna:pa:ss
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @TempDir Path folder;
  @AutoClose private final EmbeddedConsul consul = EmbeddedConsul.start();
  private final URI agentOfConsul = consul.agent("n1");
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final List<String> refused = new CopyOnWriteArrayList<>();
  private HttpServer guard;
  private UnixBridge bridge;
  private Map<String, String> variables;

  @BeforeEach
  void guard() throws IOException {
    guard = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    guard.setExecutor(workers);
    guard.createContext("/", this::pass);
    guard.start();
    Path socket = folder.resolve("consul.sock");
    bridge = UnixBridge.at(socket, URI.create("http://127.0.0.1:" + guard.getAddress().getPort()));
    variables =
        Map.of(
            "CONSUL_HTTP_ADDR", "unix://" + socket,
            "CONSUL_HTTP_AUTH", "anna:pa:ss",
            "CONSUL_PARTITION", "north");
    Files.createDirectories(folder.resolve("site"));
    Files.writeString(
        folder.resolve("site/task.yml"),
        """
        events: {deploy: {task: say}}
        tasks: {say: {operations: [{echo: x}, {consul-kvs: {action: put, key: a, value: b}}]}}
        """);
  }

  @AfterEach
  void close() throws IOException {
    bridge.close();
    guard.stop(0);
    workers.shutdownNow();
  }

  private void pass(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    boolean known =
        AUTHORIZATION.equals(exchange.getRequestHeaders().getFirst("Authorization"))
            && "north".equals(exchange.getRequestHeaders().getFirst("X-Consul-Partition"));
    if (!known) {
      refused.add(exchange.getRequestURI().toString());
      exchange.sendResponseHeaders(401, -1);
      exchange.close();
      return;
    }
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(agentOfConsul + exchange.getRequestURI().toString()))
            .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body))
            .build();
    try {
      HttpResponse<byte[]> answer = CLIENT.send(request, BodyHandlers.ofByteArray());
      answer.headers().map().forEach((name, values) -> tell(exchange, name, values));
      byte[] bytes = answer.body();
      exchange.sendResponseHeaders(answer.statusCode(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      exchange.close();
    }
  }

  private static void tell(HttpExchange exchange, String name, List<String> values) {
    if (name.toLowerCase(Locale.ROOT).startsWith("x-consul")) {
      exchange.getResponseHeaders().put(name, values);
    }
  }

  private Agent agent() throws InterruptedException {
    Machine machine = new Machine(variables, folder, folder.resolve("etc"), folder.resolve("run"));
    Map<String, String> flags =
        Map.of(
            "http-port", "0",
            "warm-up", "false",
            "files", folder.resolve("site/task.yml").toString(),
            "session-ttl", "10m",
            "check-interval", "1m");
    Configuration configuration =
        new ConfigurationReader(machine).read(Optional.empty(), flags, List.of());
    Agent agent = new Agent(configuration, Map.of(), "test");
    agent.start();
    return agent;
  }

  private Shell shell() {
    Shell shell = Shell.in(folder);
    variables.forEach(shell::environment);
    return shell.environment("METRONOME_FILES", folder.resolve("site/task.yml").toString());
  }

  @Test
  void an_agent_and_its_commands_show_what_is_asked_for() throws Exception {
    Shell shell = shell();
    try (Agent agent = agent()) {
      await().until(() -> shell.run("nodes") == 0 && shell.out().contains("n1"));
      assertThat(shell.run("fire", "deploy", "--wait")).as(shell.err()).isZero();
      for (String command : List.of("events", "queue", "status", "nodes", "quarantine")) {
        assertThat(shell.run(command)).as("%s: %s", command, shell.err()).isZero();
      }
      for (String[] line :
          new String[][] {
            {"plan", "deploy"}, {"freeze", "deploy", "--reason", "x"}, {"thaw", "deploy"}
          }) {
        assertThat(shell.run(line)).as("%s: %s", line[0], shell.err()).isZero();
      }
      assertThat(agent.port()).isPositive();
    }
    assertThat(refused).isEmpty();
  }

  @Test
  void without_them_it_is_said_what_is_wanted_and_by_which_setting() {
    Shell shell =
        Shell.in(folder).environment("CONSUL_HTTP_ADDR", variables.get("CONSUL_HTTP_ADDR"));
    assertThat(shell.run("fire", "deploy")).isNotZero();
    assertThat(shell.err())
        .contains("HTTP 401", "basic-auth", "CONSUL_HTTP_AUTH")
        .doesNotContain("policy");
  }
}
