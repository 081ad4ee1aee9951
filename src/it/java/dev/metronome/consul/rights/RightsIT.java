package dev.metronome.consul.rights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent on a real Consul that denies what no rule allows. */
class RightsIT {

  private static final String MASTER = UUID.randomUUID().toString();

  private static final String QUICK =
      "down_policy = \"extend-cache\" policy_ttl = \"1s\" token_ttl = \"1s\"";

  /** Those of docs/cluster.md, for node n1. */
  private static final List<String> RULES =
      List.of(
          "key_prefix \"metronome/\" { policy = \"write\" }",
          "session \"n1\" { policy = \"write\" }",
          "node_prefix \"\" { policy = \"read\" }",
          "service_prefix \"\" { policy = \"read\" }",
          "service \"metronome\" { policy = \"write\" }",
          "event_prefix \"\" { policy = \"read\" }");

  private static final String TASKS =
      """
      events:
        deploy: {ordered_tasks: [{service: web, task: say}]}
        drained: {ordered_tasks: [{service: web, task: say, drain: 0}]}
        slow: {ordered_tasks: [{service: web, task: wait}]}
        rotated: {ordered_tasks: [{service: web, task: rotate}]}
      tasks:
        say: {operations: [{echo: here}]}
        wait:
          operations:
            - execute: {script: "echo run >> runs; until [ -e go ]; do sleep 0.1; done"}
        rotate:
          operations:
            - execute: {script: "echo run >> rotated; until [ -e on ]; do sleep 0.1; done"}
            - consul-kvs: {action: put, key: app/rotated, value: done}
            - execute: {script: 'printf %s "$CONSUL_HTTP_TOKEN" > token-of-operations'}
      """;

  @TempDir static Path folder;
  private static SingleConsul consul;
  private static ConsulKeys master;
  private static Path tasks;

  @BeforeAll
  static void start() throws IOException {
    consul = SingleConsul.start(folder, "n1", RealConsul.acl(MASTER, QUICK));
    master = new ConsulKeys(consul.address(), MASTER);
    await()
        .atMost(Duration.ofMinutes(3))
        .until(() -> master.status("/v1/acl/policies", "GET", "") == 200);
    master.registerService("web");
    tasks = folder.resolve("site/task.yml");
    Files.createDirectories(tasks.getParent());
    Files.writeString(tasks, TASKS);
  }

  @AfterAll
  static void stop() {
    if (consul != null) {
      consul.close();
    }
  }

  private record Token(String policyId, String accessor, String secret) {
    void revoke() {
      master.delete("/v1/acl/token/" + accessor);
    }

    /** The same secret with the same policy. */
    void grantAgain() {
      master.putTo(
          "/v1/acl/token",
          "{\"SecretID\": \"" + secret + "\", \"Policies\": [{\"ID\": \"" + policyId + "\"}]}");
    }

    void rules(List<String> rules) {
      master.putTo("/v1/acl/policy/" + policyId, policy(policyId, rules));
    }

    private static String policy(String name, List<String> rules) {
      String text = rules.stream().collect(Collectors.joining("\\n")).replace("\"", "\\\"");
      return "{\"Name\": \"p-" + name + "\", \"Rules\": \"" + text + "\"}";
    }

    static Token of(List<String> rules) {
      String name = UUID.randomUUID().toString();
      String policy = master.putTo("/v1/acl/policy", policy(name, rules)).path("ID").asText();
      var token = master.putTo("/v1/acl/token", "{\"Policies\": [{\"ID\": \"" + policy + "\"}]}");
      return new Token(policy, token.path("AccessorID").asText(), token.path("SecretID").asText());
    }
  }

  private static AgentProcess agent(String token, String... more) throws IOException {
    Path own = Files.createTempDirectory(folder, "agent");
    return agent(Files.writeString(own.resolve("token"), token + "\n"), more);
  }

  private static AgentProcess agent(Path file, String... more) throws IOException {
    Path own = file.getParent();
    Map<String, String> flags = new LinkedHashMap<>();
    flags.put("--host", "127.0.0.1");
    flags.put("--port", Integer.toString(consul.port()));
    flags.put("--files", tasks.toString());
    flags.put("--token-file", file.toString());
    flags.put("--session-ttl", "10s");
    List<String> options =
        new java.util.ArrayList<>(
            flags.entrySet().stream().map(flag -> flag.getKey() + "=" + flag.getValue()).toList());
    options.addAll(List.of(more));
    return AgentProcess.start(own.resolve("log"), options);
  }

  private static List<String> without(String rule) {
    assertThat(RULES).contains(rule);
    return RULES.stream().filter(each -> !each.equals(rule)).toList();
  }

  private static String fired() {
    return fired("deploy");
  }

  private static String fired(String name) {
    String id = UUID.randomUUID().toString();
    master.queue(
        id,
        "{\"Format\":1,\"ID\":\"%s\",\"Name\":\"%s\",\"AcceptedAt\":\"2026-03-01T12:00:00Z\"}"
            .formatted(id, name));
    return id;
  }

  private static void awaitSuccess(String id) {
    await()
        .atMost(Duration.ofMinutes(3))
        .untilAsserted(() -> assertThat(master.status(id)).isEqualTo("success"));
  }

  @Test
  void the_rules_of_the_readme_are_enough_and_it_finds_its_node_name() throws Exception {
    try (AgentProcess agent = agent(Token.of(RULES).secret())) {
      agent.awaitStarted();
      awaitSuccess(fired());
      assertThat(agent.log()).contains("node=n1 state=started").doesNotContain("right=missing");
    }
  }

  @Test
  void a_drain_needs_the_right_to_write_the_service_and_its_lack_fails_the_task() throws Exception {
    Token token = Token.of(RULES);
    try (AgentProcess agent = agent(token.secret())) {
      agent.awaitStarted();
      String refused = fired("drained");
      await()
          .atMost(Duration.ofMinutes(3))
          .untilAsserted(() -> assertThat(master.status(refused)).isEqualTo("error"));
      assertThat(master.json("metronome/results/" + refused).orElseThrow().path("Message").asText())
          .contains("service \"web\" { policy = \"write\" }", "nothing was run");
      token.rules(
          Stream.concat(RULES.stream(), Stream.of("service \"web\" { policy = \"write\" }"))
              .toList());
      await()
          .atMost(Duration.ofMinutes(3))
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> hasSucceeded(fired("drained")));
      assertThat(master.get("/v1/agent/checks").toString()).doesNotContain("_service_maintenance");
    }
  }

  /** Whether it has, once it has ended. */
  private static boolean hasSucceeded(String id) {
    await()
        .atMost(Duration.ofMinutes(3))
        .until(() -> List.of("success", "error").contains(String.valueOf(master.status(id))));
    return master.status(id).equals("success");
  }

  @ParameterizedTest
  @Tag("slow")
  @ValueSource(
      strings = {
        "key_prefix \"metronome/\" { policy = \"write\" }",
        "session \"n1\" { policy = \"write\" }",
        "node_prefix \"\" { policy = \"read\" }"
      })
  void a_rule_may_go_while_it_runs(String rule) throws Exception {
    assertThatItGoesOnOnceTheRuleIsBack(rule);
  }

  /** It costs few requests meanwhile, and nothing afterwards. */
  private void assertThatItGoesOnOnceTheRuleIsBack(String rule) throws Exception {
    Token token = Token.of(RULES);
    try (AgentProcess agent = agent(token.secret())) {
      agent.awaitStarted();
      awaitSuccess(fired());
      token.rules(without(rule));
      String meanwhile = rule.startsWith("node") ? "" : fired();
      pass(Duration.ofSeconds(5)); // caches of Consul's
      double before = requests(agent);
      pass(Duration.ofSeconds(20));
      double perSecond = (requests(agent) - before) / 20;
      System.out.printf("requests per second without %s: %.2f%n", rule, perSecond);
      assertThat(perSecond).as("no hot loop").isLessThanOrEqualTo(2.0);
      assertThat(agent.isAlive()).isTrue();
      token.rules(RULES);
      if (!meanwhile.isEmpty()) {
        awaitSuccess(meanwhile);
      }
      awaitSuccess(fired());
      assertThat(agent.log()).doesNotContain("\tat ");
    }
  }

  @Test
  @Tag("slow")
  void a_token_that_is_revoked_while_a_task_runs_costs_few_requests_and_loses_nothing()
      throws Exception {
    Token token = Token.of(RULES);
    Path runs = folder.resolve("site/runs");
    try (AgentProcess agent = agent(token.secret())) {
      agent.awaitStarted();
      String event = fired("slow");
      await().atMost(Duration.ofMinutes(3)).until(() -> Files.exists(runs));
      token.revoke();
      pass(Duration.ofSeconds(3)); // caches of Consul's
      Files.createFile(folder.resolve("site/go"));
      double before = requests(agent);
      pass(Duration.ofSeconds(20));
      double perSecond = (requests(agent) - before) / 20;
      System.out.printf("requests per second with a revoked token: %.2f%n", perSecond);
      assertThat(perSecond).as("no hot loop").isLessThanOrEqualTo(2.0);
      assertThat(agent.log()).contains("ACL not found").doesNotContain("\tat ");
      assertThat(agent.isAlive()).isTrue();
      token.grantAgain();
      awaitSuccess(event);
      awaitSuccess(fired());
      assertThat(Files.readAllLines(runs)).as("runs of the task").hasSize(1);
    }
  }

  /** Neither a signal nor a look at the files: each is told by Consul that its token is no more. */
  @Test
  void tokens_that_are_rotated_while_a_task_runs_are_read_again_and_cost_nothing()
      throws Exception {
    Token old = Token.of(RULES);
    Token oldTheirs = Token.of(List.of("key_prefix \"app/\" { policy = \"write\" }"));
    Path own = Files.createTempDirectory(folder, "rotated");
    Path file = Files.writeString(own.resolve("token"), old.secret());
    Path theirs = Files.writeString(own.resolve("theirs"), oldTheirs.secret());
    try (AgentProcess agent =
        agent(file, "--operation-token-file=" + theirs, "--reload-interval=0")) {
      agent.awaitStarted();
      String event = fired("rotated");
      Path runs = folder.resolve("site/rotated");
      await().atMost(Duration.ofMinutes(3)).until(() -> Files.exists(runs));

      String secret = Token.of(RULES).secret();
      String theirSecret = Token.of(List.of("key_prefix \"app/\" { policy = \"write\" }")).secret();
      Files.writeString(file, secret);
      Files.writeString(theirs, theirSecret);
      old.revoke();
      oldTheirs.revoke();
      agent.awaitLog("consul-token state=reloaded");
      Files.createFile(folder.resolve("site/on"));

      awaitSuccess(event);
      awaitSuccess(fired());
      assertThat(Files.readAllLines(runs)).as("runs of the task").hasSize(1);
      assertThat(folder.resolve("site/token-of-operations")).hasContent(theirSecret);
      assertThat(agent.log())
          .doesNotContain("state=lost", "[ERROR]", "\tat ", secret, theirSecret, old.secret());
    }
  }

  private static void pass(Duration time) {
    await().atMost(time.plusMinutes(10)).pollDelay(time).until(() -> true);
  }

  private static double requests(AgentProcess agent) throws Exception {
    Matcher port = Pattern.compile("state=started .*?port=(\\d+)").matcher(agent.log());
    assertThat(port.find()).isTrue();
    HttpRequest scrape =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.group(1) + "/metrics"))
            .build();
    return HttpClient.newHttpClient()
        .send(scrape, BodyHandlers.ofString())
        .body()
        .lines()
        .filter(line -> line.startsWith("metronome_consul_requests_total"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
