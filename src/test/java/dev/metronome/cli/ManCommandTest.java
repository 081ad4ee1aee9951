package dev.metronome.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.metronome.config.Setting;
import dev.metronome.config.Settings;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The manual page has all that {@code --help} tells, and the programs that show it take it. */
class ManCommandTest {
  @TempDir Path folder;

  private static String page(Path folder) {
    Shell metronome = Shell.in(folder);
    assertThat(metronome.run("man")).as(metronome.err()).isZero();
    return metronome.out();
  }

  /** As it is read: without what roff needs. */
  private static String read(String page) {
    return page.replaceAll("\\\\f[BIR]", "")
        .replace("\\-", "-")
        .replace("\\(aq", "'")
        .replace("\\(ga", "`");
  }

  static Stream<CommandSpec> commands() {
    return ExamplesTest.commands();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void every_command_is_in_it_with_its_options(CommandSpec spec) {
    String page = read(page(folder));
    int begin = page.indexOf("\n.SS \"" + spec.qualifiedName() + "\"\n");
    assertThat(begin).as(spec.qualifiedName()).isPositive();
    String part = page.substring(begin, page.indexOf("\n.S", begin + 1));

    assertThat(part).contains(String.join(" ", spec.usageMessage().description()));
    List<OptionSpec> own = spec.options().stream().filter(it -> !it.inherited()).toList();
    assertThat(own).allSatisfy(it -> assertThat(part).contains("\n" + it.longestName()));
  }

  @Test
  void every_setting_is_in_it_with_its_default() {
    List<String> lines = read(page(folder)).lines().toList();
    for (Setting setting : Settings.all()) {
      int at = lines.indexOf("--" + setting.key() + "=" + setting.kind().label());
      assertThat(at).as(setting.key()).isPositive();
      assertThat(lines.get(at + 1)).as(setting.key()).contains(setting.defaultValue());
    }
  }

  @Test
  void every_exit_code_is_in_it() {
    String page = read(page(folder));
    for (ExitCode code : ExitCode.values()) {
      assertThat(page).contains("\n.TP\n" + code.code() + "\n");
    }
  }

  @ParameterizedTest
  @MethodSource("judges")
  void what_shows_manual_pages_takes_it(List<String> judge) throws Exception {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(bin -> Files.isExecutable(Path.of(bin, judge.get(0)))),
        "this machine has no " + judge.get(0));
    Path file = Files.writeString(folder.resolve("metronome.1"), page(folder));
    Process process =
        new ProcessBuilder(Stream.concat(judge.stream(), Stream.of(file.toString())).toList())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    assertThat(said.lines().filter(line -> !line.contains("missing date"))).isEmpty();
  }

  static Stream<List<String>> judges() {
    return Stream.of(
        List.of("mandoc", "-T", "lint", "-W", "warning"),
        List.of("groff", "-man", "-Tutf8", "-ww", "-z"));
  }
}
