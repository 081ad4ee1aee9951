package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.testing.AgentProcess;
import dev.metronome.testing.RealConsul;
import dev.metronome.testing.SingleConsul;
import dev.metronome.testing.Strays;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ways from a file to an outcome, typed as they stand in the README and the documents. */
class ReadmeIT {
  private static final String EXAMPLE = "(?ms)^## %s$.*?^```sh\n(.*?)^```$(.*?)^## ";
  private static final Pattern BLOCK =
      Pattern.compile("(?ms)^```sh\n(.*?)^```$(.*?)(?=^```sh$|\\z)");
  private static final String END_OF_BLOCK = "end-of-block";
  private static final String MARK = "README_UNDER_TEST";

  @TempDir Path folder;
  private final String mark = UUID.randomUUID().toString();
  private SingleConsul consul;

  private void start(String node) throws IOException {
    consul = SingleConsul.start(Files.createDirectory(folder.resolve("consul")), node);
    Files.createSymbolicLink(folder.resolve("bin"), Path.of("bin").toAbsolutePath());
  }

  @AfterEach
  void stop() {
    Strays.end(MARK, mark);
    consul.close();
  }

  @ParameterizedTest
  @CsvSource({
    "README.md, From a file to an outcome, app-1, event hello",
    "docs/cluster.md, 'Several agents on one machine, to try', box, event roll"
  })
  void the_example_runs_and_says_what_it_is_said_to_say(
      Path page, String heading, String node, String first) throws Exception {
    start(node);
    Matcher example = Pattern.compile(EXAMPLE.formatted(heading)).matcher(Files.readString(page));
    assertThat(example.find()).isTrue();
    List<String> outcome =
        example
            .group(2)
            .lines()
            .filter(line -> line.startsWith("    "))
            .map(String::strip)
            .toList();
    assertThat(outcome).hasSizeGreaterThan(4).first().asString().startsWith(first);

    Path said = folder.resolve("said");
    assertThat(exitCodeOf(example.group(1), said)).as(Files.readString(said)).isZero();

    assertThat(Files.readAllLines(said).stream().map(ReadmeIT::untimed).toList())
        .containsSubsequence(outcome.stream().map(ReadmeIT::untimed).toList());
  }

  /** Blocks are typed in one shell, in order; of what each prints, the page shows some lines. */
  @Test
  void the_tutorial_is_typed_from_top_to_bottom_and_shows_what_is_seen() throws Exception {
    start("box");
    String page = Files.readString(Path.of("docs/tutorial.md"));
    List<MatchResult> blocks = BLOCK.matcher(page).results().toList();
    assertThat(blocks).hasSizeGreaterThan(8);
    StringBuilder commands = new StringBuilder();
    for (MatchResult block : blocks) {
      commands.append(block.group(1)).append("echo ").append(END_OF_BLOCK).append('\n');
    }

    Path said = folder.resolve("said");
    assertThat(exitCodeOf(commands.toString(), said)).as(Files.readString(said)).isZero();

    String[] seen = Files.readString(said).split(END_OF_BLOCK, -1);
    for (int no = 0; no < blocks.size(); no++) {
      List<String> shown = shown(blocks.get(no).group(2));
      assertThat(seen[no].lines().map(line -> masked(line.strip())).toList())
          .as("after the block %s", blocks.get(no).group(1))
          .containsSubsequence(shown.stream().map(ReadmeIT::masked).toList());
    }
    assertThat(blocks).filteredOn(block -> shown(block.group(2)).isEmpty()).isEmpty();
  }

  private static List<String> shown(String text) {
    return text.lines().filter(line -> line.startsWith("    ")).map(String::strip).toList();
  }

  /**
   * How a task stands that is followed is a matter of the moment at which its log is first seen.
   */
  private static String masked(String line) {
    return untimed(line)
        .replaceAll("^(== task .*), (assigned|inprogress)$", "$1, success")
        .replaceAll("\\b[0-9a-f]{8}(-[0-9a-f-]{27})?\\b", "ID")
        .replaceAll("[^ ]+@[^ :]+", "user@host");
  }

  /** Of the last of these commands, typed in a folder that has {@code bin} and nothing else. */
  private int exitCodeOf(String commands, Path said) throws Exception {
    ProcessBuilder shell = new ProcessBuilder("bash", "-euc", commands);
    shell.environment().keySet().removeIf(name -> name.matches("(CONSUL|METRONOME)_.*"));
    shell
        .environment()
        .putAll(
            Map.of(
                "CONSUL_HTTP_ADDR",
                consul.address().toString(),
                "METRONOME_HTTP_PORT",
                "0",
                "METRONOME_JAR",
                AgentProcess.jar().toString(),
                "METRONOME_ARCHIVE",
                "no",
                MARK,
                mark));
    shell
        .environment()
        .merge(
            "PATH",
            RealConsul.binary().getParent().toString(),
            (own, consul) -> consul + ":" + own);
    Process process =
        shell
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
    return process.exitValue();
  }

  private static String untimed(String line) {
    return line.replaceAll("in [0-9.]+ s", "in a while");
  }
}
