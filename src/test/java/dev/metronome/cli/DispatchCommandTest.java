package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code dispatch} and {@code operations}. */
@Timeout(600)
class DispatchCommandTest {
  private static final String TASKS =
      """
      events:
        deploy: {ordered_tasks: [{service: db, task: first}, {service: web, tag: x, task: second}]}
        fail: {ordered_tasks: [{task: broken}, {task: second}]}
        asked: {ordered_tasks: [{approve: {message: 'sure?', by: ops}}, {task: first}]}
        slow: {task: slow}
        killed: {task: killed}
      tasks:
        first: {operations: [{echo: {text: 'first {{version}}'}}]}
        second: {operations: [{execute: {script: 'echo "second $METRONOME_PARAM_VERSION"; printf end'}}]}
        broken: {operations: [{execute: {script: 'exit 7'}}]}
        killed: {operations: [{execute: {script: 'printf said; echo odd >&2; kill -9 $$'}}]}
        slow: {timeout: 1, operations: [{execute: {script: 'sleep 30'}}]}
      """;

  @TempDir Path folder;
  private Shell shell;

  @BeforeEach
  void write_the_task_file() throws Exception {
    Files.createDirectories(folder.resolve("web"));
    Files.writeString(folder.resolve("web/task.yml"), TASKS);
    shell = Shell.in(folder).environment("PATH", "/usr/bin:/bin");
  }

  private int dispatch(String... args) {
    String[] line = new String[args.length + 4];
    System.arraycopy(args, 0, line, 4, args.length);
    line[0] = "--files";
    line[1] = "web/task.yml";
    line[2] = "dispatch";
    line[3] = "--param=version=1.2";
    return shell.run(line);
  }

  @Test
  void an_approval_is_passed_over_and_said_so() {
    assertThat(dispatch("asked")).as(shell.err()).isZero();
    assertThat(shell.out() + shell.err()).contains("first 1.2", "nobody is asked here");
  }

  @Test
  void the_token_is_known_to_operations_and_masked_in_what_they_say() throws Exception {
    Files.writeString(
        folder.resolve("web/task.yml"),
        TASKS.replace(
            "echo \"second $METRONOME_PARAM_VERSION\"; printf end",
            "test {{config.token}} = s3cret-token"));
    Files.writeString(folder.resolve("token"), "s3cret-token\n");
    assertThat(dispatch("deploy", "--token-file", "token")).as(shell.out() + shell.err()).isZero();

    Files.writeString(
        folder.resolve("web/task.yml"),
        TASKS.replace("first {{version}}", "it is {{config.token}}"));
    assertThat(dispatch("deploy", "--token-file", "token")).as(shell.err()).isZero();
    assertThat(shell.out()).contains("[INFO ] echo: it is ********").doesNotContain("s3cret");
  }

  @Test
  void an_account_that_operations_cannot_run_as_is_exit_code_2_of_agent_and_dispatch() {
    assertThat(dispatch("deploy", "--run-as", "no-such-one")).isEqualTo(2);
    assertThat(shell.err()).contains("`run-as`: this machine has no account no-such-one");
    assertThat(shell.out()).doesNotContain("first");
    assertThat(shell.run("--run-as", "no-such-one", "--port", "1", "agent")).isEqualTo(2);
    assertThat(shell.err()).contains("`run-as`: this machine has no account no-such-one");
  }

  @Test
  void an_event_of_a_broken_file_is_refused_with_every_error() throws Exception {
    Files.writeString(folder.resolve("web/task.yml"), TASKS.replace("operations", "operatoins"));
    assertThat(dispatch("deploy")).isEqualTo(2);
    assertThat(shell.err()).contains("is also in pattern web", "web/task.yml:", "(and 4 more)");
  }

  @Test
  void it_runs_every_task_here_whatever_its_service_and_prints_their_logs() {
    assertThat(dispatch("deploy")).as(shell.err()).isZero();
    assertThat(shell.out().lines().map(line -> line.replaceFirst("^\\S+ ", "")))
        .containsExactly(
            "[INFO ] -- Task first has started",
            "[INFO ] ---- Operation echo has started",
            "[INFO ] echo: first 1.2",
            "[INFO ] -- Task second has started",
            "[INFO ] ---- Operation execute has started",
            "[INFO ] second 1.2",
            "[INFO ] end");
    assertThat(shell.out())
        .matches(
            "(?s)\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d\\d:\\d\\d \\[INFO \\].*");
  }

  @Test
  void a_failure_is_exit_code_1_and_ends_the_event() {
    assertThat(dispatch("fail")).isEqualTo(1);
    assertThat(shell.out())
        .contains("[ERROR] operation 1 (execute): the script ended with exit code 7")
        .doesNotContain("second");
  }

  @Test
  void a_signal_is_named_and_what_stderr_says_is_a_warning() {
    assertThat(dispatch("killed")).isEqualTo(1);
    assertThat(shell.out())
        .contains(
            "ended with exit code 137 (killed by SIGKILL)", "[INFO ] said\n", "[WARN ] odd\n");
  }

  @Test
  void a_timeout_is_exit_code_124() {
    assertThat(dispatch("slow")).isEqualTo(124);
    assertThat(shell.out()).contains("longer than its timeout of 1 s");
  }

  @Test
  void an_event_that_nobody_defines_is_exit_code_3() {
    assertThat(dispatch("depoly")).isEqualTo(3);
    assertThat(shell.err()).contains("no task file defines the event `depoly`; they define deploy");
  }

  @Test
  void wrong_parameters_are_exit_code_2() {
    assertThat(dispatch("deploy", "--param", "x")).isEqualTo(2);
    assertThat(dispatch("deploy", "--param", "a-b=1")).isEqualTo(2);
    assertThat(shell.err()).contains("a parameter's name must be");
  }

  @Test
  void operations_are_listed_with_file_and_description() throws Exception {
    Files.createDirectories(folder.resolve("routes"));
    Files.copy(
        Path.of("config/examples/routes/operation-http.camel.yaml"),
        folder.resolve("routes/operation-http.camel.yaml"));

    assertThat(shell.run("operations", "--json")).as(shell.err()).isZero();
    Set<String> names = new HashSet<>();
    for (JsonNode operation : new ObjectMapper().readTree(shell.out())) {
      names.add(operation.get("name").asText());
      assertThat(operation.get("description").asText()).isNotEmpty();
    }
    assertThat(names)
        .containsExactlyInAnyOrder(
            "chef", "consul-event", "consul-kvs", "echo", "execute", "http", "service");
    assertThat(shell.run("operations")).isZero();
    assertThat(shell.out())
        .contains(
            "echo  classpath:routes/operation-echo.camel.yaml\n    Each node, when a task says echo")
        .contains("http  " + folder + "/routes/operation-http.camel.yaml\n");
  }
}
