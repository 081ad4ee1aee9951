package dev.metronome.original;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.metronome.testing.AgentProcess;
import dev.metronome.testing.ConsulCluster;
import dev.metronome.testing.ConsulKeys;
import dev.metronome.testing.Program;
import dev.metronome.testing.RealConsul;
import dev.metronome.testing.Strays;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server as a user of the original has set it up: config.yml, variables.yml, two patterns with
 * their scripts, a watch of Consul that calls {@code metronome push}. Only the binary is ours.
 */
class OriginalSetupIT {
  /** Valid base64 too: it is compared as it was sent. */
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";

  private static final String CHEF_JSON = "patterns/tomcat_pattern/chef.json";
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final String CONFIG =
      """
      token: %s
      host: 127.0.0.1
      port: %d
      protocol: http
      service-manager: init
      role: web,ap
      files: %s,%s
      skippable: true
      proxy-host: proxy.example
      proxy-port: 3128
      no-proxy: localhost
      debug: false
      """;

  private static final String VARIABLES =
      "backup_directory: /var/backups/site\nowner: operations\n";

  /** As the original's patterns are written: chef, its roles, attributes in Consul. */
  private static final String TOMCAT =
      """
      environments:
        PATH: "%s:$PATH"
        CONSUL_SECRET: "{{config.host}}"
      variables:
        application: shop
      default:
        timeout: 600
        chef:
          attribute_keys:
            - cloudconductor/parameters
      events:
        setup:
          description: Set the server up
          priority: 50
          task: setup
        configure:
          priority: 10
          ordered_tasks:
            - service: db
              tag: primary
              task: register
            - service: ap
              task: configure
      tasks:
        setup:
          operations:
            - chef:
                run_list:
                  - role[{{role}}_setup]
                attributes:
                  port: 8080
            - service:
                name: tomcat
                action: start
        register:
          operations:
            - consul-kvs:
                action: put
                key: shop/{{application}}
                value: true
        configure:
          filter:
            service: ap
          operations:
            - consul-kvs:
                action: get
                key: shop/shop
                name: registered
            - execute:
                file: bin/configure.sh
                arguments: ["{{application}}", "{{registered}}", "{{backup_directory}}"]
            - execute:
                script: |
                  echo "proxy $http_proxy, owner {{owner}}"
            - echo:
                text: configured {{application}} as {{role}}
      """;

  private static final String BACKUP =
      """
      events:
        configure:
          priority: 90
          task: schedule
        broken:
          ordered_tasks:
            - task: schedule
            - task: fail
            - task: schedule
      tasks:
        schedule:
          operations:
            - execute:
                script: echo backup to {{backup_directory}}
        fail:
          operations:
            - execute:
                script: echo "no space"; exit 4
      """;

  /** What the watch starts inherits it. */
  private static final String MARK = "WATCH_UNDER_TEST";

  @TempDir static Path folder;
  private static ConsulCluster consul;
  private static ConsulKeys keys;
  private static String node;
  private static AgentProcess agent;
  private static Process watch;

  @BeforeAll
  static void start() throws Exception {
    consul = ConsulCluster.start(1, List.of());
    node = consul.nodes().get(0);
    keys = new ConsulKeys(consul.http(node));
    keys.registerService("db", "primary");
    keys.registerService("ap");
    keys.put("cloudconductor/parameters/site", "{\"db\": {\"host\": \"db1\"}, \"port\": 1}");
    install();
    agent = AgentProcess.start(folder.resolve("agent.log"), List.of()).awaitStarted();
    ProcessBuilder builder =
        new ProcessBuilder(
                RealConsul.binary().toString(),
                "watch",
                "-http-addr=127.0.0.1:" + consul.httpPort(node),
                "-type=event",
                folder.resolve("bin/push-handler").toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("watch.log").toFile());
    builder.environment().put(MARK, folder.toString());
    watch = builder.start();
  }

  @AfterAll
  static void stop() throws Exception {
    if (watch != null) {
      Strays.end(MARK, folder.toString()); // its handlers too, which write here
    }
    if (agent != null) {
      agent.close();
    }
    if (consul != null) {
      consul.close();
    }
  }

  private static void install() throws Exception {
    Path tomcat = folder.resolve("patterns/tomcat_pattern");
    Path backup = folder.resolve("patterns/backup_pattern");
    write(
        "config/config.yml",
        CONFIG.formatted(
            TOKEN,
            consul.httpPort(node),
            tomcat.resolve("task.yml"),
            backup.resolve("task.yml") + "," + folder.resolve("patterns/gone/task.yml")));
    write("config/variables.yml", VARIABLES);
    write("patterns/tomcat_pattern/task.yml", TOMCAT.formatted(folder.resolve("bin")));
    write("patterns/tomcat_pattern/roles/all_setup.json", "{}");
    write("patterns/tomcat_pattern/roles/web_setup.json", "{}");
    write("patterns/backup_pattern/task.yml", BACKUP);
    Program.write(
        folder.resolve("patterns/tomcat_pattern/bin/configure.sh"), "echo \"configure $*\"");
    Program.write(
        folder.resolve("bin/chef-solo"), "cat \"$4\" > chef.json; echo \"chef as $ROLE in $HOME\"");
    Program.write(folder.resolve("bin/service"), "echo \"service $*\"");
    Program.write(
        folder.resolve("bin/push-handler"),
        "cd %s && %s/bin/java -jar %s push > push.out 2>&1; echo $? >> push.exits"
            .formatted(folder, System.getProperty("java.home"), AgentProcess.jar()));
  }

  private static void write(String name, String text) throws Exception {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static String ended(String id, String status) {
    await(id).atMost(PATIENCE).until(() -> !Set.of("", "inprogress").contains(keys.status(id)));
    assertThat(keys.status(id)).as(agent.log()).isEqualTo(status);
    return id;
  }

  private static JsonNode result(String key) {
    return keys.json("metronome/results/" + key).orElseThrow();
  }

  private static String log(String id, int no) {
    String key = "metronome/results/" + id + "/" + no + "/" + node + "/log";
    return keys.all(key).get(key);
  }

  @Test
  void setup_runs_chef_by_role_with_attributes_from_consul_and_the_service_manager()
      throws Exception {
    String id = ended(keys.fire("setup", TOKEN), "success");
    assertThat(log(id, 0))
        .contains("chef as web,ap in /root", "service tomcat start")
        .contains("role[ap_setup] is left out");
    assertThat(new ObjectMapper().readTree(folder.resolve(CHEF_JSON).toFile()))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"db": {"host": "db1"}, "port": 8080,
                     "run_list": ["role[all_setup]", "role[web_setup]"]}"""));
  }

  @Test
  void an_event_of_two_patterns_runs_by_priority() {
    String id = ended(keys.fire("configure", TOKEN), "success");
    assertThat(keys.all("shop/")).containsEntry("shop/shop", "true");
    assertThat(log(id, 1).lines().map(line -> line.replaceFirst("^\\S+ ", "")))
        .containsExactly(
            "[INFO ] -- Task configure has started",
            "[INFO ] ---- Operation consul-kvs has started",
            "[INFO ] read key shop/shop into variable registered",
            "[INFO ] ---- Operation execute has started",
            "[INFO ] configure shop true /var/backups/site",
            "[INFO ] ---- Operation execute has started",
            "[INFO ] proxy http://proxy.example:3128, owner operations",
            "[INFO ] ---- Operation echo has started",
            "[INFO ] echo: configured shop as web,ap");
    assertThat(result(id + "/0").get("Name").asText()).isEqualTo("register");
    assertThat(result(id + "/1").get("Name").asText()).isEqualTo("configure");
    assertThat(result(id + "/2").get("Name").asText()).isEqualTo("schedule");
    assertThat(log(id, 2)).contains("backup to /var/backups/site");
  }

  @Test
  void results_have_the_keys_fields_words_and_log_lines_of_the_original() {
    String id = ended(keys.fire("broken", TOKEN), "error");
    Map<String, String> all = keys.all("metronome/results/" + id);
    assertThat(all.keySet())
        .containsExactlyInAnyOrder(
            "metronome/results/" + id,
            "metronome/results/" + id + "/0",
            "metronome/results/" + id + "/0/" + node,
            "metronome/results/" + id + "/0/" + node + "/log",
            "metronome/results/" + id + "/1",
            "metronome/results/" + id + "/1/" + node,
            "metronome/results/" + id + "/1/" + node + "/log");
    assertThat(result(id).fieldNames())
        .toIterable()
        .contains("ID", "Name", "Status", "StartedAt", "FinishedAt");
    assertThat(result(id + "/1").fieldNames())
        .toIterable()
        .contains("EventID", "No", "Name", "Status", "StartedAt", "FinishedAt");
    assertThat(result(id + "/1/" + node).fieldNames())
        .toIterable()
        .contains("EventID", "No", "Node", "Status", "StartedAt", "FinishedAt");
    assertThat(result(id + "/0").get("Status").asText()).isEqualTo("success");
    assertThat(result(id + "/1").get("Status").asText()).isEqualTo("error");
    assertThat(result(id + "/1").get("No").isInt()).isTrue();
    assertThat(log(id, 1).lines())
        .allMatch(
            line ->
                line.matches(
                    "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d\\d:\\d\\d"
                        + " \\[(DEBUG|INFO |WARN |ERROR)] .*"));
  }

  @Test
  void the_watch_handler_pushes_and_an_event_that_agent_and_handler_see_runs_once()
      throws Exception {
    String id = ended(keys.fire("broken", TOKEN), "error");
    await().atMost(PATIENCE).until(() -> folder.resolve("push.exits").toFile().length() > 0);
    assertThat(Files.readAllLines(folder.resolve("push.exits"))).containsOnly("0");
    String claim = "event=" + id + " no=0 task=schedule state=claimed";
    assertThat(agent.log().lines().filter(line -> line.contains(claim))).hasSize(1);
  }

  @Test
  void an_event_without_the_token_is_dropped() {
    String forged = keys.fire("broken", "another token");
    String id = ended(keys.fire("broken", TOKEN), "error");
    assertThat(id).isNotEqualTo(forged);
    assertThat(keys.status(forged)).isEmpty();
    assertThat(agent.log()).contains("state=rejected").doesNotContain(TOKEN, "another token");
  }

  @Test
  void a_missing_task_file_is_a_warning() {
    assertThat(agent.log()).contains("[WARN ] ", "patterns/gone/task.yml");
  }
}
