package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.metronome.testing.NodeStates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code plan} prints, and when {@code fire --plan} refuses. */
class PlanCommandTest {
  private static final String TASKS =
      """
      events:
        hello: {task: greet}
        welcome:
          parameters:
            who: {required: true, pattern: "[a-z]+", description: whom to greet}
            note:
          task: greet
        greet: {ordered_tasks: [{task: greet}, {service: none, task: greet}]}
        shouting: {ordered_tasks: [{service: METRONOME, task: greet}]}
        nowhere: {ordered_tasks: [{service: none, task: greet}]}
        strict: {ordered_tasks: [{service: none, task: greet, skippable: false}]}
        stubborn: {task: stubborn}
        gated: {ordered_tasks: [{service: app, task: greet, serial: 1, health: {for: 5s, within: 1m, keep: 2}}]}
        held: {ordered_tasks: [{service: app, task: greet, run_on: {holder: app/leader}}]}
        greedy: {ordered_tasks: [{service: app, task: greet, serial: 2, health: {keep: 2}}]}
        rolling: {ordered_tasks: [{service: app, task: greet, serial: [1, 50%], spread: rack}]}
        back:
          on_error: undo
          ordered_tasks: [{task: greet}, {task: stubborn}]
          finally: [{task: greet}]
      tasks:
        stubborn:
          timeout: 100
          retry: {attempts: 3, backoff: 10}
          operations: [{echo: again}]
          undo: [{echo: never}]
        greet:
          description: Says hello
          operations: [{execute: {script: 'echo "hello {{name}}"'}}, {echo: {text: "to {{who}}"}}]
      """;

  @TempDir static Path folder;
  private static OneNodeCluster cluster;
  private static Path file;
  private Shell shell;

  @BeforeAll
  static void start() throws Exception {
    file = folder.resolve("hello/task.yml");
    Files.createDirectories(file.getParent());
    Files.createDirectories(folder.resolve("etc"));
    Files.writeString(folder.resolve("etc/variables.yml"), "name: world\n");
    Files.writeString(file, TASKS);
    cluster = new OneNodeCluster().withAgent(folder, file);
    cluster.awaitAgent();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void the_parameters_that_an_event_declares_are_told_and_what_it_would_not_take() {
    assertThat(shell.run("plan", "welcome")).isEqualTo(1);
    assertThat(shell.out())
        .contains(
            "who (required, [a-z]+): whom to greet",
            "note\n",
            "do not take welcome as it is: parameter `who` is missing (whom to greet)")
        .doesNotContain("to run it");
    assertThat(shell.run("plan", "welcome", "--param", "who=you")).as(shell.err()).isZero();
    assertThat(shell.out()).contains("to you");
  }

  @Test
  void a_service_that_consul_writes_otherwise_is_shown_as_both() throws Exception {
    assertThat(shell.run("plan", "shouting")).as(shell.err()).isZero();
    assertThat(shell.out()).contains("METRONOME (in Consul: metronome)", "1 ready");
    assertThat(shell.run("plan", "shouting", "--json")).isZero();
    JsonNode plan = new ObjectMapper().readTree(shell.out());
    assertThat(plan.at("/Tasks/0/Registered").asText()).isEqualTo("metronome");
    assertThat(shell.run("plan", "hello")).isZero();
    assertThat(shell.out()).doesNotContain("in Consul:");
  }

  @Test
  void batches_are_drawn_and_a_key_that_spreads_nothing_is_a_doubt() throws Exception {
    for (String node : List.of("app-1", "app-2", "n1")) {
      NodeStates.service(cluster.consul(), node, "app", "app", "blue");
    }
    assertThat(shell.run("plan", "rolling")).isEqualTo(4);
    assertThat(shell.out())
        .contains(
            "batch 1 of 3: app-1\n",
            "batch 2 of 3: app-2\n",
            "batch 3 of 3: n1\n",
            " s together; none is opened after more than 0 of 3 nodes have failed",
            "task 0 hello/greet is spread by `rack` of the node meta, which no node of it has");
    assertThat(shell.run("plan", "rolling", "--json")).isEqualTo(4);
    assertThat(json().at("/Tasks/0/Batches/2/0").asText()).isEqualTo("n1");
    assertThat(json().at("/Tasks/0/Longest").asLong())
        .isEqualTo(3 * json().at("/Tasks/0/Timeout").asLong())
        .isPositive();
    assertThat(json().at("/Tasks/0/Plan/Serial").toString()).isEqualTo("[\"1\",\"50%\"]");
    assertThat(shell.run("plan", "hello")).isZero();
    assertThat(shell.out()).doesNotContain("spread", "batch");
  }

  @Test
  void what_takes_back_and_what_comes_last_are_drawn_apart() throws Exception {
    assertThat(shell.run("plan", "back")).as(shell.err()).isZero();
    assertThat(shell.out())
        .containsSubsequence(
            "0 hello/greet",
            "1 hello/stubborn",
            "if it fails, on the nodes that have taken the task:",
            "2 undo of hello/stubborn  those of task 1",
            "at the end, whatever came:",
            "3 finally hello/greet",
            "2 undo of hello/stubborn (at most 100 s for each of 3 attempts",
            "echo  never");
    assertThat(shell.run("plan", "back", "--json")).isZero();
    assertThat(json().at("/Tasks/2/Plan/Part").asText()).isEqualTo("undo");
    assertThat(json().at("/Tasks/2/Plan/Undoes").asInt()).isEqualTo(1);
    assertThat(json().at("/Tasks/2/Outcome").isMissingNode()).isTrue();
    assertThat(json().at("/Tasks/3/Plan/Part").asText()).isEqualTo("finally");
    assertThat(json().at("/Tasks/3/Outcome/Status").asText()).isEqualTo("success");
    assertThat(json().at("/Outcome/Status").asText()).isEqualTo("success");
  }

  @Test
  void a_gate_is_drawn_with_who_is_not_well_now_and_what_keep_would_forbid() throws Exception {
    for (String node : List.of("app-1", "app-2", "n1")) {
      NodeStates.service(cluster.consul(), node, "app", "app", "blue");
    }
    assertThat(shell.run("plan", "gated")).as("two have no agent").isEqualTo(4);
    assertThat(shell.out())
        .contains("  gate after each batch: well for 5 s, within 60 s; keep 2 beside each batch")
        .contains("the batches take at most " + (60 + 3 * (1_800 + 60)) + " s together")
        .doesNotContain("not well now", "would not open");
    NodeStates.check(cluster.consul(), "app-2", "app", "http", "critical");
    assertThat(shell.run("plan", "gated")).isEqualTo(4);
    assertThat(shell.out())
        .contains(
            "  not well now: app-2: check `http` critical",
            "task 0 hello/greet would not open batch 1 of 3 for `keep: 2`: 2 of 3 instances of app must"
                + " be well beside the next batch, and 1 is; app-2: check `http` critical");
    assertThat(shell.run("plan", "gated", "--json")).isEqualTo(4);
    assertThat(json().at("/Tasks/0/Unhealthy/0").asText())
        .isEqualTo("app-2: check `http` critical");
    assertThat(json().at("/Tasks/0/Plan/Health").toString())
        .isEqualTo("{\"ForSeconds\":5,\"WithinSeconds\":60,\"Keep\":\"2\"}");
    assertThat(shell.run("plan", "greedy")).isEqualTo(4);
    assertThat(shell.out())
        .contains("task 0 hello/greet can never open batch 1 of 2 for `keep: 2`: 2 of 3");
    NodeStates.removeCheck(cluster.consul(), "app-2", "app-http");
  }

  @Test
  void that_nobody_holds_the_key_of_run_on_is_said() {
    NodeStates.service(cluster.consul(), "app-1", "app", "app", "blue");
    shell.run("plan", "held");
    assertThat(shell.out())
        .contains("task 0 hello/greet runs on the holder of app/leader, and nobody holds that key");
  }

  @BeforeEach
  void open_a_shell() {
    shell = cluster.shell(folder).environment("METRONOME_FILES", file.toString());
  }

  @AfterEach
  void restore() throws IOException {
    Files.writeString(file, TASKS);
  }

  private String fingerprint(String event) throws Exception {
    assertThat(shell.run("plan", event, "--json")).as(shell.err()).isZero();
    return json().get("Fingerprint").asText();
  }

  private JsonNode json() throws Exception {
    return new ObjectMapper().readTree(shell.out());
  }

  /** IDs of those that wait, run or have ended. */
  private static Set<String> events() {
    return Stream.of(OneNodeCluster.KEYS.eventQueue(), OneNodeCluster.KEYS.results())
        .flatMap(prefix -> cluster.names(prefix).stream())
        .map(name -> name.split("/", 2)[0])
        .filter(id -> !id.isEmpty())
        .collect(Collectors.toSet());
  }

  @Test
  void a_plan_names_tasks_nodes_operations_and_ends_with_its_fingerprint() {
    assertThat(shell.run("plan", "greet", "--param", "who=all", "--param", "password=abcdef"))
        .as(shell.err())
        .isZero();
    assertThat(shell.out().lines())
        .anyMatch(line -> line.matches("event +greet with password=\\*{8}, who=all"))
        .anyMatch(line -> line.matches("leader +n1"))
        .anyMatch(line -> line.matches("would be +\\+ success"))
        .anyMatch(line -> line.matches("0 hello/greet +every node +\\+ success +1 ready +n1"))
        .anyMatch(line -> line.matches("1 hello/greet +none +- skip +none +no node matches none.*"))
        .contains("0 hello/greet: Says hello (at most 1800 s)")
        .anyMatch(line -> line.matches(" +execute +script: echo \"hello world\""))
        .anyMatch(line -> line.matches(" +echo +text: to all"))
        .anyMatch(line -> line.matches("fingerprint [0-9a-f]{16}-[0-9a-f]{8}-[0-9a-f]{4}"));
    assertThat(shell.out()).doesNotContain("abcdef");
  }

  @Test
  void what_all_attempts_of_a_task_may_take_is_foreseen() {
    assertThat(shell.run("plan", "stubborn")).as(shell.err()).isZero();
    assertThat(shell.out())
        .contains("0 hello/stubborn (at most 100 s for each of 3 attempts; 330 s in all)");
  }

  @Test
  void it_exits_as_the_event_would() {
    assertThat(shell.run("plan", "nowhere")).isZero();
    assertThat(shell.out()).contains("- skip", "no node matches any of its tasks");
    assertThat(shell.run("plan", "strict")).isEqualTo(124);
    assertThat(shell.run("plan", "gret")).isEqualTo(3);
    assertThat(shell.err()).contains("no task file defines the event gret; did you mean `greet`?");
    assertThat(shell.run("plan", "a/b")).isEqualTo(2);
    assertThat(shell.run("plan", "greet", "--port", "1")).isEqualTo(6);
  }

  @Test
  void without_task_files_it_says_where_they_come_from() {
    assertThat(cluster.shell(folder).run("plan", "greet")).isEqualTo(2);
    shell.environment("METRONOME_FILES", "");
    assertThat(shell.run("plan", "greet")).isEqualTo(2);
    assertThat(shell.err()).contains("there are no task files here to go by").hasLineCount(1);
  }

  @Test
  void files_that_differ_from_the_leaders_are_a_doubt() throws Exception {
    Path other = Files.createDirectories(folder.resolve("copy/hello")).resolve("task.yml");
    Files.writeString(other, TASKS + "# edited\n");
    assertThat(shell.run("plan", "greet", "--files", other.toString())).isEqualTo(1);
    assertThat(shell.out())
        .contains("but", "the leader n1 would go by its own task files", "hello other here");
  }

  @Test
  void what_was_planned_and_has_not_changed_is_fired() throws Exception {
    String fingerprint = fingerprint("hello");
    assertThat(shell.run("fire", "hello", "--plan", fingerprint, "--wait"))
        .as(shell.err())
        .isZero();
    assertThat(shell.out()).matches("[0-9a-f-]{36}\n");
  }

  @Test
  void what_was_fired_as_planned_says_by_which_fingerprint() throws Exception {
    String fingerprint = fingerprint("hello");
    assertThat(shell.run("fire", "hello", "--plan", fingerprint, "--wait"))
        .as(shell.err())
        .isZero();
    String id = shell.out().strip();
    assertThat(shell.run("show", id)).isZero();
    assertThat(shell.out().lines())
        .anyMatch(line -> line.matches("fired as planned +" + fingerprint));
    assertThat(shell.run("show", id, "--json")).isZero();
    assertThat(json().path("Fingerprint").asText()).isEqualTo(fingerprint);
    assertThat(shell.run("events", "--cloudevents")).isZero();
    assertThat(shell.out().lines())
        .anyMatch(
            line ->
                line.contains("\"id\":\"" + id)
                    && line.contains("\"Fingerprint\":\"" + fingerprint));

    assertThat(shell.run("fire", "hello", "--wait", "--json")).as(shell.err()).isZero();
    assertThat(json().has("Fingerprint")).isFalse();
  }

  @Test
  void what_is_no_longer_as_planned_is_refused_with_the_difference() throws Exception {
    String fingerprint = fingerprint("greet");
    Set<String> before = events();
    Files.writeString(folder.resolve("plan.json"), shell.out());
    assertThat(shell.run("fire", "nowhere", "--plan", fingerprint)).isEqualTo(5);
    assertThat(shell.err())
        .startsWith("metronome: it is not as the plan says, and nothing was sent: the event or its")
        .contains("now nowhere: 0 hello/greet", "its fingerprint is now ")
        .hasLineCount(1);
    assertThat(shell.out()).isEmpty();

    assertThat(shell.run("fire", "greet", "--plan", "plan.json", "--param", "who=all"))
        .isEqualTo(5);
    assertThat(shell.err()).contains("parameter who was absent, is all");
    Path other = Files.createDirectories(folder.resolve("more/hello")).resolve("task.yml");
    Files.writeString(other, TASKS.replace("to {{who}}", "for {{who}}"));
    assertThat(shell.run("fire", "greet", "--plan", "plan.json", "--files", other.toString()))
        .isEqualTo(5);
    assertThat(shell.err())
        .contains("the digest of pattern hello was ", "task 0 hello/greet: its operations or");
    assertThat(events()).isEqualTo(before);
  }

  @Test
  void what_is_no_plan_is_refused() throws Exception {
    assertThat(shell.run("fire", "greet", "--plan", "nothing")).isEqualTo(2);
    assertThat(shell.err()).contains("--plan must be a fingerprint").hasLineCount(1);
    Files.writeString(folder.resolve("list.json"), "[1]");
    assertThat(shell.run("fire", "greet", "--plan", "list.json")).isEqualTo(2);
    Files.writeString(folder.resolve("other.json"), "{\"Event\": \"greet\"}");
    assertThat(shell.run("fire", "greet", "--plan", "other.json")).isEqualTo(2);
    Files.writeString(folder.resolve("large.json"), "[".repeat(100_000));
    assertThat(shell.run("fire", "greet", "--plan", "large.json")).isEqualTo(2);
    assertThat(shell.err()).contains("--plan must be a fingerprint").hasLineCount(1);
  }
}
