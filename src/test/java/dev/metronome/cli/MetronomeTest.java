package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.metronome.config.ConfigurationException;
import dev.metronome.config.Settings;
import dev.metronome.consul.ConsulDeniedException;
import dev.metronome.consul.ConsulUnavailableException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MetronomeTest {
  @TempDir Path folder;
  private Shell shell;

  @BeforeEach
  void open_a_shell() {
    shell = Shell.in(folder);
  }

  /** The value in force, as {@code config --json} tells it. */
  private String value(String key, String... args) throws Exception {
    assertThat(shell.run(args)).as(shell.err()).isZero();
    JsonNode settings = new ObjectMapper().readTree(shell.out()).get("settings");
    return StreamSupport.stream(settings.spliterator(), false)
        .filter(setting -> setting.get("key").asText().equals(key))
        .findFirst()
        .orElseThrow()
        .get("value")
        .asText();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-host x config -json",
        "-host=x config --json",
        "--host x config --json",
        "--host=x config --json",
        "config --json -host x",
        "config -json -host=x",
        "config --host x --json",
        "config --host=x --json",
        "-host y config --json -host x",
        "-host y -host x config --json",
      })
  void an_option_has_one_or_two_hyphens_and_stands_before_or_after_the_command(String line)
      throws Exception {
    assertThat(value("host", line.split(" ", -1))).isEqualTo("x");
  }

  @Test
  void every_setting_is_an_option() throws Exception {
    for (String key : Settings.keys()) {
      assertThat(Syntax.parser().getCommandSpec().findOption("--" + key)).as(key).isNotNull();
      assertThat(Syntax.parser().getCommandSpec().findOption("-" + key)).as(key).isNotNull();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "-debug config --json,       true",
    "--debug=false config --json, false",
    "config -debug false --json, false",
    "config --json,              false",
  })
  void a_flag_needs_no_value(String line, String value) throws Exception {
    assertThat(value("debug", line.split(" ", -1))).isEqualTo(value);
  }

  @Test
  void a_parser_for_one_command_takes_all_that_the_whole_one_takes_for_it() {
    Syntax.parser()
        .getSubcommands()
        .forEach(
            (name, whole) -> {
              Map<String, CommandLine> alone = Syntax.parser(Set.of(name)).getSubcommands();
              assertThat(alone).containsOnlyKeys(name);
              assertThat(alone.get(name).getCommandSpec().optionsMap().keySet())
                  .isEqualTo(whole.getCommandSpec().optionsMap().keySet());
            });
  }

  @Test
  void the_name_of_a_command_may_be_a_value() throws Exception {
    assertThat(value("role", "-role", "agent", "config", "--json")).isEqualTo("agent");
  }

  @Test
  void a_variable_may_be_set_often_and_before_and_after_the_command() {
    CommandLineRequest request =
        new CommandLineRequest(
            Syntax.parser().parseArgs("-var", "a=1", "--var=b=2", "config", "-var=a=x=y"));
    assertThat(request.values("--var")).containsExactly("a=1", "b=2", "a=x=y");
  }

  @Test
  void the_agent_is_the_default() {
    assertThat(shell.run("--files", "no*.yml", "--routes", "none")).isEqualTo(2);
    assertThat(shell.err()).contains("the folder of routes " + folder.resolve("none"));
    assertThat(shell.run("--routes", "none", "agent")).isEqualTo(2);
  }

  @Test
  void version_prints_name_and_number_even_with_a_broken_configuration() throws Exception {
    Files.createDirectories(folder.resolve("etc"));
    Files.writeString(folder.resolve("etc/config.yml"), "port: x");
    assertThat(shell.run("version")).isZero();
    assertThat(shell.out()).matches("metronome \\d+\\.\\d+\\.\\d+\n");
    assertThat(shell.run("--version")).isZero();
    assertThat(shell.run("config")).isEqualTo(2);
    assertThat(shell.err())
        .isEqualTo(
            "metronome: "
                + folder.resolve("etc/config.yml")
                + ":1:7: `port` must be a number, found `x`\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "agnet             | unknown command `agnet`; did you mean `agent`?",
        "frobnicate        | unknown command `frobnicate`; see metronome --help",
        "-hots x           | unknown option `-hots`; did you mean `--host`?",
        "config --jsno     | unknown option `--jsno`; did you mean `--json`?",
        "config extra      | unexpected argument `extra`; see metronome config --help",
        "config --port     | missing required parameter for option '--port' (N); see metronome",
        "config --port x   | --port: `port` must be a number, found `x`",
        "config -debug=may | invalid value for option '--debug': 'may' is not a boolean; see",
        "--config no.yml config | no.yml does not exist",
      })
  void wrong_usage_is_one_sentence_and_exit_code_2(String line, String sentence) {
    assertThat(shell.run(line.split(" ", -1))).isEqualTo(2);
    assertThat(shell.err()).startsWith("metronome: ").contains(sentence).hasLineCount(1);
    assertThat(shell.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h", "-help", "agent --help", "--help config", "config -h"})
  void help_fits_80_columns(String line) {
    assertThat(shell.run(line.split(" ", -1))).isZero();
    assertThat(shell.out().lines()).allMatch(text -> text.length() <= HelpPage.WIDTH);
    assertThat(shell.out()).contains("Usage:\n", "Examples:\n");
  }

  @Test
  void help_names_every_setting_command_and_exit_code() {
    shell.run("--help");
    Settings.keys().forEach(key -> assertThat(shell.out()).contains("\n  --" + key + "="));
    assertThat(shell.out())
        .contains("\n  agent ", "\n  fire ", "\n  push ", "\n  version ", "\n  124 ");
  }

  @Test
  void a_warning_goes_to_the_log_and_a_secret_nowhere() {
    shell.environment("METRONOME_HOTS", "x");
    assertThat(shell.run("config", "-token", "s3cr3t-canary")).isZero();
    assertThat(shell.err())
        .contains("[WARN ] METRONOME_HOTS is ignored; did you mean METRONOME_HOST?");
    assertThat(shell.out() + shell.err()).doesNotContain("canary").contains("********");
  }

  @Test
  void the_log_can_be_json() throws Exception {
    shell.environment("METRONOME_HOTS", "x").run("config", "--log-format", "json");
    assertThat(new ObjectMapper().readTree(shell.err()).get("level").asText()).isEqualTo("WARN");
  }

  @Test
  void each_broken_route_file_has_a_line_of_its_own() throws Exception {
    Path routes = Files.createDirectory(folder.resolve("broken"));
    for (String name : List.of("one", "two")) {
      String route = "- route: {id: %s, from: {uri: 'nosuch:x', steps: [{log: x}]}}%n";
      Files.writeString(routes.resolve(name + ".camel.yaml"), route.formatted(name));
    }
    assertThat(shell.run("agent", "--routes", routes.toString(), "--port", "1")).isEqualTo(2);
    assertThat(shell.err().lines().filter(line -> line.contains(": error: "))).hasSize(2);
    assertThat(shell.err()).doesNotContain("\\n");
  }

  @Test
  void each_exception_has_its_exit_code() {
    assertThat(Failure.of(new CommandException(ExitCode.CONSUL, "x")).exitCode())
        .isEqualTo(ExitCode.CONSUL);
    assertThat(Failure.of(new ConfigurationException("x")).exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(Failure.of(new InterruptedException()).exitCode()).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(Failure.of(new ConsulDeniedException("x")).exitCode()).isEqualTo(ExitCode.CONSUL);
    assertThat(Failure.of(new ConsulUnavailableException("x", null)).exitCode())
        .isEqualTo(ExitCode.CONSUL);
    Failure unexpected = Failure.of(new IllegalStateException("a\nb"));
    assertThat(unexpected.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(unexpected.line())
        .isEqualTo(
            "metronome: unexpected IllegalStateException: a\\nb;"
                + " this is a mistake in metronome; --debug shows where");
  }

  @Test
  void a_stack_trace_is_shown_with_debug_only() {
    String[] line = {"agent", "--routes", "none"};
    shell.run(line);
    assertThat(shell.err()).hasLineCount(1);
    shell.run("agent", "--routes", "none", "-debug");
    assertThat(shell.err()).contains("\tat dev.metronome.config.");
    shell.environment("METRONOME_DEBUG", "true").run(line);
    assertThat(shell.err()).contains("\tat dev.metronome.config.");
  }

  /** systemd starts an agent again after any exit code but 2. */
  @Test
  void a_port_that_somebody_else_has_is_no_mistake_in_the_settings() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      assertThat(shell.run("agent", "--http-port", port)).isEqualTo(7);
      assertThat(shell.err()).contains("port " + port, "--http-port");
    }
  }

  @Test
  void exit_codes_are_those_of_the_manual() {
    assertThat(Stream.of(ExitCode.values()).map(ExitCode::code))
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 124, 130);
  }
}
