package dev.metronome.pipeline.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.model.record.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an event's sender chooses reaches operations as data, never as code (SECURITY.md). */
@Timeout(600)
class HostileParametersTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$(touch x)",
        "`touch x`",
        "'; rm -rf .; touch x; '",
        "\"; touch x; \"",
        "one\ntouch x",
        "${exchange.getContext().stop()}",
        "{{config.prefix}}",
        "-x --y *",
      })
  void a_parameter_reaches_a_script_as_it_is(String value) throws Exception {
    Bench bench = new Bench(folder).param("name", value);
    bench.program("print", "printf '%s\\n' \"$1\"");

    Outcome outcome =
        bench.run(
            """
            - execute:
                script: |
                  printf '%s' "$METRONOME_PARAM_NAME" > in-script
                  echo "{{name}}"
            - execute:
                file: print
                arguments: ['{{name}}']
            - echo: {text: 'got {{name}}'}
            """);

    assertThat(outcome).isEqualTo(Outcome.success());
    assertThat(bench.pattern().resolve("in-script")).hasContent(value);
    assertThat(bench.log().get(0)).isEqualTo("[INFO ] {{name}}");
    assertThat(String.join("\n", bench.log()).replace("[INFO ] ", ""))
        .contains(value + "\n")
        .endsWith("got " + value);
    assertThat(names(bench.pattern())).containsExactly("in-script", "print", "task.yml");
  }

  @Test
  void white_space_in_a_parameter_makes_no_further_arguments() {
    Bench bench = new Bench(folder).param("name", "a --force b").program("count", "echo $#");

    assertThat(bench.run("- execute: {file: count, arguments: '-n {{name}} c'}"))
        .isEqualTo(Outcome.success());
    assertThat(bench.log()).containsExactly("[INFO ] 3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/bin/echo", "../../../../bin/echo", "missing"})
  void a_parameter_cannot_name_a_program_outside_the_pattern(String file) {
    Bench bench = new Bench(folder).param("file", file);

    assertThat(bench.run("- execute: {file: '{{file}}'}").message().orElse(""))
        .containsAnyOf("leaves the pattern directory", "does not exist");
    assertThat(bench.log()).hasSize(1);
  }

  @Test
  void a_nul_character_is_refused_at_the_door_by_name() {
    Bench bench = new Bench(folder).param("name", "a\0b");

    assertThatThrownBy(() -> bench.run("- execute: {script: touch x}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name")
        .hasMessageContaining("NUL");
  }

  private static List<String> names(Path folder) {
    return List.of(folder.toFile().list()).stream().sorted().toList();
  }

  @Test
  void the_control_a_shell_would_have_run_it() throws Exception {
    Bench bench = new Bench(folder).param("name", "$(touch x)");
    bench.run("- execute: {script: 'eval \"echo $METRONOME_PARAM_NAME\"'}");
    assertThat(Files.exists(bench.pattern().resolve("x"))).isTrue();
  }
}
