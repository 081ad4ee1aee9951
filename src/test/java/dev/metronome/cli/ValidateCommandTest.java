package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidateCommandTest {
  private static final String GOOD =
      """
      events:
        greet: {task: greet}
      tasks:
        greet:
          operations: [{echo: hello}]
      """;

  @TempDir Path folder;
  private Shell shell;

  @BeforeEach
  void open_a_shell() throws IOException {
    write("good/task.yml", GOOD);
    write("bad/task.yml", GOOD.replace("task: greet", "task: gret").replace("echo", "ecko"));
    shell = Shell.in(folder);
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void a_file_without_problems_is_a_line_and_exit_code_0() {
    assertThat(shell.run("validate", "good/task.yml")).as(shell.err()).isZero();
    assertThat(shell.out()).isEqualTo("0 errors in 1 file\n");
    assertThat(shell.err()).isEmpty();
  }

  @Test
  void every_problem_of_every_file_is_a_line_sorted_before_the_summary() {
    assertThat(shell.run("validate", "good/task.yml", "bad/task.yml", "none/task.yml"))
        .isEqualTo(2);
    String bad = folder.resolve("bad/task.yml").toString();
    assertThat(shell.out().lines().toList())
        .satisfiesExactly(
            line -> assertThat(line).startsWith(bad + ":2:17: warning: event `greet`: task `gret`"),
            line -> assertThat(line).startsWith(bad + ":4:3: warning: task `greet`"),
            line -> assertThat(line).startsWith(bad + ":5:").contains("unknown operation `ecko`"),
            line -> assertThat(line).contains("none/task.yml:1:1: error: "),
            line -> assertThat(line).isEqualTo("2 errors and 2 warnings in 3 files"));
    assertThat(shell.err()).isEmpty();
  }

  @Test
  void an_account_that_is_not_here_is_a_warning_and_an_error_to_the_strict() throws IOException {
    write(
        "as/task.yml",
        GOOD.replace("  greet:\n    op", "  greet:\n    run_as: no-such-one\n    op"));
    assertThat(shell.run("validate", "as/task.yml")).as(shell.err()).isZero();
    assertThat(shell.out())
        .contains("as/task.yml:4:3: warning: task `greet` runs as `no-such-one`, an account that");
    assertThat(shell.run("validate", "--strict", "as/task.yml")).isEqualTo(2);
    assertThat(shell.run("validate", "--run-as", "no-such-two", "good/task.yml")).isZero();
    assertThat(shell.out()).contains("runs as `no-such-two`");
    write("as/task.yml", GOOD.replace("[{echo: hello}]", "[{chef: {run_list: [x]}}]"));
    assertThat(shell.run("validate", "--run-as", "nobody", "as/task.yml")).isZero();
    assertThat(shell.out()).contains("`chef` runs as root only");
    assertThat(shell.run("validate", "--strict", "--run-as", "root", "as/task.yml")).isZero();
  }

  @Test
  void the_configured_files_are_the_default_and_a_missing_one_is_an_error() {
    assertThat(shell.run("validate", "--files", "good/*.yml,none/task.yml")).isEqualTo(2);
    assertThat(shell.out()).contains("none/task.yml:1:1: error: ", "1 error in 2 files\n");
    assertThat(shell.run("validate", "--files", "no*/task.yml")).isEqualTo(2);
    assertThat(shell.err()).contains("nothing matches no*/task.yml");
    assertThat(shell.run("validate")).isEqualTo(2);
    assertThat(shell.err()).contains("there is nothing to validate").hasLineCount(1);
  }

  @Test
  void an_operation_of_the_users_own_routes_is_known() throws IOException {
    write("own/task.yml", GOOD.replace("echo: hello", "page: {}"));
    assertThat(shell.run("validate", "own/task.yml")).isEqualTo(2);
    write("routes/operation-page.camel.yaml", "- route: {}\n");
    assertThat(shell.run("validate", "own/task.yml")).as(shell.out()).isZero();
  }

  @Test
  void the_schema_beside_a_route_checks_the_arguments_of_its_operation() throws IOException {
    write("own/task.yml", GOOD.replace("echo: hello", "page: {to: 5, loud: perhaps}"));
    write("routes/operation-page.camel.yaml", "- route: {}\n");
    write(
        "routes/operation-page.schema.json",
        "{\"properties\": {\"to\": {\"type\": \"integer\"}, \"loud\": {\"type\": \"boolean\"}}}");
    assertThat(shell.run("validate", "own/task.yml")).isEqualTo(2);
    assertThat(shell.out())
        .contains("own/task.yml:5:", "error: `loud` of `page`: ", "1 error in 2 files")
        .doesNotContain("`to` of");
  }

  @Test
  void what_the_original_tolerates_is_a_warning_and_with_strict_an_error() throws IOException {
    write(
        "old/task.yml",
        GOOD.replace("greet: {task: greet}", "greet: {task: greet, priority: 500}"));
    assertThat(shell.run("validate", "old/task.yml")).as(shell.out()).isZero();
    assertThat(shell.out()).contains(": warning: `priority: 500`", "0 errors and 1 warning");
    assertThat(shell.run("validate", "--strict", "old/task.yml")).isEqualTo(2);
    assertThat(shell.out()).contains(": error: `priority: 500`", "1 error in 1 file");
  }

  @Test
  void json_has_problems_and_counts() throws IOException {
    assertThat(shell.run("validate", "--json", "bad/task.yml")).isEqualTo(2);
    JsonNode json = new ObjectMapper().readTree(shell.out());
    assertThat(json.get("errors").asInt()).isEqualTo(1);
    assertThat(json.get("warnings").asInt()).isEqualTo(2);
    assertThat(json.get("files").asInt()).isEqualTo(1);
    assertThat(json.at("/problems/0/line").asInt()).isEqualTo(2);
    assertThat(json.at("/problems/0/severity").asText()).isEqualTo("warning");
    assertThat(shell.run("validate", "--json", "good/task.yml")).isZero();
  }

  @Test
  void a_route_that_is_hardly_meant_is_a_warning_and_with_strict_an_error() throws IOException {
    write(
        "meant/routes/event-finished.camel.yaml",
        "- route: {id: e, from: {uri: 'direct:event-finishd', steps: [{log: x}]}}\n");
    write("meant/routes/alert.yaml", "");
    String[] validate = {"validate", "--routes", "meant/routes", "good/task.yml"};
    assertThat(shell.run(validate)).as(shell.err()).isZero();
    assertThat(shell.out())
        .contains("warning: no route sends to direct:event-finishd")
        .contains("alert.yaml:1:1: warning: it is not read")
        .contains("2 warnings");
    assertThat(shell.run("validate", "--strict", "--routes", "meant/routes", "good/task.yml"))
        .isEqualTo(2);
  }

  @Test
  void routes_of_ones_own_are_checked_too() throws IOException {
    write(
        "own/routes/one.camel.yaml",
        "- route: {id: one, from: {uri: 'timer:once', steps: [{to: 'nosuch:x'}]}}\n");
    write("own/routes/two.camel.yaml", "- route: [\n");

    assertThat(shell.run("validate", "--routes", "own/routes", "good/task.yml")).isEqualTo(2);
    String routes = folder.resolve("own/routes").toString();
    assertThat(shell.out().lines().toList())
        .satisfiesExactly(
            line -> assertThat(line).startsWith(routes + "/one.camel.yaml:1:59: error: "),
            line -> assertThat(line).startsWith(routes + "/two.camel.yaml:2:1: error: "),
            line -> assertThat(line).isEqualTo("2 errors in 3 files"));
  }
}
