package dev.metronome.pipeline.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Outcome;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Operation execute where there is nothing to execute: the code of the shell, and what is missing.
 */
class ScriptsTest {

  @TempDir Path folder;

  private String failure(Bench bench, String operations) {
    return bench.run(operations).message().orElseThrow();
  }

  @Test
  void a_script_that_calls_a_missing_program_ends_with_127_and_its_log_says_which() {
    Bench bench = new Bench(folder);
    assertThat(failure(bench, "- execute: {script: no-such-program --now}"))
        .isEqualTo(
            "operation 1 (execute): the script ended with exit code 127"
                + " (a program that it calls was not found, its log says which)");
    assertThat(bench.log().get(0)).contains("no-such-program", "not found");
  }

  @Test
  void a_file_whose_interpreter_is_missing_is_named() {
    Bench bench = new Bench(folder).program("run", "");
    bench.file("web/run", "#!/no/such/interpreter\n");
    assertThat(failure(bench, "- execute: {file: run}"))
        .contains("/web/run", "/no/such/interpreter", "127");
  }

  @Test
  void a_user_that_does_not_exist_is_told_by_the_program_that_changes_users() {
    Bench bench = new Bench(folder);
    Outcome outcome = bench.run("- execute: {script: 'exec su no-such-user -c true'}");
    assertThat(outcome.message().orElseThrow()).contains("the script ended with exit code 1");
    assertThat(String.join("\n", bench.log())).contains("no-such-user");
  }

  @Test
  void the_first_line_of_a_script_names_its_interpreter() {
    Bench bench = new Bench(folder);
    assertThat(
            bench.run(
                """
                - execute:
                    script: |
                      #!/bin/bash -u
                      numbers=(one two)
                      echo "${numbers[1]} in $BASH_VERSION"
                - execute:
                    script: |
                      #!/usr/bin/env bash
                      echo "${BASH_VERSION:+bash}"
                - execute:
                    script: |
                      # no interpreter
                      echo "${BASH_VERSION:-sh}"
                """))
        .isEqualTo(Outcome.success());
    assertThat(bench.log().get(0)).startsWith("[INFO ] two in ").isNotEqualTo("[INFO ] two in ");
    assertThat(bench.log().get(1)).isEqualTo("[INFO ] bash");
    assertThat(bench.run("- execute: {script: \"#!/no/such/shell\\necho x\"}").message().orElse(""))
        .contains("/no/such/shell");
  }

  @Test
  void an_option_of_the_interpreter_holds_and_awk_reads_its_program() {
    Bench bench = new Bench(folder);
    assertThat(
            bench
                .run("- execute: {script: \"#!/bin/bash -e\\nfalse\\necho on\"}")
                .message()
                .orElse(""))
        .contains("exit code 1");
    assertThat(bench.log()).noneMatch(line -> line.contains(" on"));
    assertThat(bench.run("- execute: {script: \"#!/usr/bin/awk -f\\nBEGIN { print 6 * 7 }\"}"))
        .isEqualTo(Outcome.success());
    assertThat(bench.log()).containsExactly("[INFO ] 42");
  }

  @Test
  void windows_line_ends_are_called_by_their_name() {
    Bench bench = new Bench(folder);
    bench.program("hello", "echo hello");
    bench.file("web/hello", "#!/bin/bash\r\necho hello\r\n");
    assertThat(bench.run("- execute: {file: hello}").message().orElse(""))
        .contains("has Windows line ends", "sed -i")
        .doesNotContain("\r");
    bench.run("- execute: {script: \"echo hello\\r\\n\"}");
    assertThat(bench.log().get(0)).startsWith("[WARN ] the script has Windows line ends");
  }
}
