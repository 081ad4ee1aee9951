package dev.metronome.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Asks the shells themselves; zsh and fish where this machine has them. */
@Timeout(600)
class CompletionCommandTest {
  /** What bash does at a TAB: the words of the line so far, the last of them to be completed. */
  private static final String TAB =
      """
      source "$1"; shift
      COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
      _complete_metronome 2>/dev/null
      printf '%s\\n' "${COMPREPLY[@]}"
      """;

  @TempDir Path folder;

  private Path script(String shell) throws IOException {
    Shell metronome = Shell.in(folder);
    assertThat(metronome.run("completion", shell)).as(metronome.err()).isZero();
    return Files.writeString(folder.resolve("script." + shell), metronome.out());
  }

  private static void assumeShell(String shell) {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(bin -> Files.isExecutable(Path.of(bin, shell))),
        "this machine has no " + shell);
  }

  private List<String> run(String... command) throws Exception {
    Path said = folder.resolve("stderr"); // what a shell thinks of this machine is no completion
    ProcessBuilder shell =
        new ProcessBuilder(command).directory(folder.toFile()).redirectError(said.toFile());
    shell.environment().put("HOME", folder.toString());
    Process process = shell.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as("%s%s", output, Files.readString(said)).isZero();
    return output.lines().toList();
  }

  @Test
  void bash_registers_it() throws Exception {
    String script = script("bash").toString();
    assertThat(run("bash", "--norc", "-c", "source \"$0\"; complete -p metronome", script))
        .containsExactly("complete -o default -F _complete_metronome metronome");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "metronome fi                  | fire",
        "metronome --host x fi         | fire",
        "metronome fire --wai          | --wait",
        "metronome fire --token-f      | --token-file",
        "metronome --log-level d       | debug",
        "metronome agent --log-level w | warn",
        "metronome completion f        | fish",
        "metronome validate tas        | task.yml",
        "metronome --config tas        | task.yml",
        "metronome --files tas         | task.yml",
      })
  void bash_completes_commands_options_choices_and_files(String line, String completed)
      throws Exception {
    Files.createFile(folder.resolve("task.yml"));
    Path script = script("bash");
    String[] command =
        Stream.concat(
                Stream.of("bash", "--norc", "-c", TAB, "bash", script.toString()),
                Stream.of(line.split(" ", -1)))
            .toArray(String[]::new);
    assertThat(run(command)).containsExactly(completed);
  }

  @Test
  void zsh_takes_the_same_by_its_own_means() throws Exception {
    assumeShell("zsh");
    String load =
        "autoload -U +X compinit && compinit -u -d zcompdump; source \"$0\"; print $_comps[metronome]";
    assertThat(run("zsh", "-f", "-c", load, script("zsh").toString()))
        .containsExactly("_bash_complete -F _complete_metronome -o default");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "metronome fi              | fire",
        "metronome fire --wai      | --wait",
        "metronome --log-level d   | debug",
        "metronome completion f    | fish",
        "metronome validate tas    | task.yml",
        "metronome validate ./tas  | ./task.yml",
        "metronome --token-file ./tas  | ./task.yml",
      })
  void fish_completes_commands_options_choices_and_files(String line, String completed)
      throws Exception {
    assumeShell("fish");
    Files.createFile(folder.resolve("task.yml"));
    String ask = "source " + script("fish") + "; complete -C '" + line + "'";
    assertThat(run("fish", "--no-config", "-c", ask))
        .extracting(answer -> answer.replaceFirst("\t.*", ""))
        .containsExactly(completed);
  }

  @Test
  void every_command_is_in_every_script() throws Exception {
    for (String shell : List.of("bash", "zsh", "fish")) {
      String script = Files.readString(script(shell));
      Syntax.parser()
          .getSubcommands()
          .keySet()
          .forEach(name -> assertThat(script).as(shell).contains(name));
    }
  }

  @Test
  void another_shell_is_refused() {
    Shell metronome = Shell.in(folder);
    assertThat(metronome.run("completion", "tcsh")).isEqualTo(2);
    assertThat(metronome.err())
        .isEqualTo("metronome: SHELL must be bash, zsh or fish, found `tcsh`\n");
  }
}
