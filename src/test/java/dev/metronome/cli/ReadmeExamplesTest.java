package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.metronome.config.Settings;
import dev.metronome.testing.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kiwiproject.consul.model.agent.ImmutableRegistration;

/** What README.md and docs/ tell a user to type or to write. */
class ReadmeExamplesTest {
  private static final Path README = Path.of("README.md");
  private static final Path CLUSTER = Path.of("docs/cluster.md");
  private static final Path TASK_FILES = Path.of("docs/task-files.md");
  private static final Path ROUTES = Path.of("docs/routes.md");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(sh|yaml)\n(.*?)^```$");
  private static final Pattern COMMAND =
      Pattern.compile("(?:bin/metronome|(?<![/\\w.-])metronome|metronome\\.jar) ([a-z][^`\n]*)");
  private static final Pattern SUBSTITUTED = Pattern.compile("\\$\\((metronome [^)\n]*)\\)[^\n]*");
  private static final Pattern INLINE = Pattern.compile("`(?:bin/)?metronome ([a-z-]+)[^`]*`");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

  @TempDir static Path folder;
  private static OneNodeCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    Path file = Files.createDirectories(folder.resolve("opt/patterns/site")).resolve("task.yml");
    Files.writeString(file, taskFile());
    Program.write(file.resolveSibling("bin/migrate"), "echo \"migrated to $1\"");
    cluster = new OneNodeCluster().withAgent(folder, file);
    service("db", "primary");
    service("app", "");
    service("lb", "");
    cluster.awaitAgent();
  }

  private static void service(String name, String tag) {
    cluster
        .connection()
        .endpoints()
        .consul()
        .agentClient()
        .register(
            ImmutableRegistration.builder().name(name).id(name).port(80).addTags(tag).build());
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> pages() {
    try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
      return Stream.concat(
              Stream.of(README, Path.of("CONTRIBUTING.md")),
              docs.filter(file -> file.toString().endsWith(".md")))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> blocks(Path page, String language) {
    return BLOCK
        .matcher(text(page))
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2))
        .toList();
  }

  private static String taskFile() {
    return blocks(TASK_FILES, "yaml").stream()
        .filter(block -> block.contains("ordered_tasks:"))
        .findFirst()
        .orElseThrow();
  }

  /** Command lines of all shell blocks, continued lines joined, up to what the shell adds. */
  static List<String> commands() {
    List<String> commands = new ArrayList<>();
    for (Path page : pages()) {
      for (String block : blocks(page, "sh")) {
        String joined = SUBSTITUTED.matcher(block.replace("\\\n", " ")).replaceAll("$1");
        COMMAND.matcher(joined).results().map(found -> found.group(1)).forEach(commands::add);
      }
    }
    assertThat(commands).hasSizeGreaterThan(15);
    return commands;
  }

  @ParameterizedTest
  @MethodSource("commands")
  void every_command_line_is_understood(String command) {
    String[] words = ExamplesTest.words("metronome " + command);
    assertThat(new CommandLineRequest(Syntax.parser().parseArgs(words)).command()).isPresent();
  }

  @Test
  void every_command_that_a_sentence_names_exists() {
    for (Path page : pages()) {
      INLINE
          .matcher(text(page))
          .results()
          .map(found -> found.group(1))
          .forEach(
              name ->
                  assertThat(Syntax.parser().getSubcommands())
                      .as(page + ": " + name)
                      .containsKey(name));
    }
  }

  @Test
  void the_task_file_is_valid_and_its_event_runs_as_it_says() throws Exception {
    Shell shell = shell();
    assertThat(shell.run("validate", folder.resolve("opt/patterns/site/task.yml").toString()))
        .as(shell.out())
        .isZero();
    assertThat(shell.out()).startsWith("0 errors in 1 file");
    assertThat(shell.run("fire", "deploy", "--param", "version=1.4", "--wait", "--json"))
        .as(shell.err())
        .isZero();
    String id = new ObjectMapper().readTree(shell.out()).get("ID").asText();
    assertThat(shell.run("logs", id)).isZero();
    assertThat(shell.out())
        .containsSubsequence("migrated to /var/backups/site", "version 1.4", "reloaded");
    assertThat(shell.run("fire", "cleanup", "--wait")).isZero();
  }

  private static Shell shell() {
    return cluster
        .shell(folder)
        .environment("METRONOME_FILES", folder.resolve("opt/patterns/site/task.yml").toString());
  }

  /** The block that shows a cluster's commands, all but the one that never ends. */
  @Test
  void the_commands_for_a_real_cluster_can_be_typed_one_after_another() {
    String block =
        blocks(CLUSTER, "sh").stream()
            .filter(text -> text.contains("fire deploy --wait"))
            .findFirst()
            .orElseThrow();
    String id = "";
    for (MatchResult found : COMMAND.matcher(block).results().toList()) {
      String line = found.group(1).replace("/opt/patterns/*", folder + "/opt/patterns/site");
      String[] words = ExamplesTest.words("metronome " + line.replace(" ID ", " " + id + " "));
      if (!words[0].equals("watch")) {
        Shell shell = shell().environment("METRONOME_SIGNING_KEY", "k1:" + "A".repeat(44));
        assertThat(shell.run(words)).as(line + "\n" + shell.err()).isZero();
        id = words[0].equals("fire") && !line.contains("json") ? shell.out().strip() : id;
      }
    }
    assertThat(id).hasSize(36);
  }

  @Test
  void the_exit_codes_are_those_of_the_program() {
    List<Integer> rows =
        Pattern.compile("(?m)^\\| (\\d+) \\| ")
            .matcher(text(CLUSTER))
            .results()
            .map(found -> Integer.valueOf(found.group(1)))
            .toList();
    assertThat(rows).isEqualTo(Stream.of(ExitCode.values()).map(ExitCode::code).toList());
  }

  @Test
  void the_readme_is_read_in_one_sitting() {
    assertThat(text(README).lines().count()).isLessThan(150);
  }

  @Test
  void every_link_leads_to_a_file() {
    for (Path page : pages()) {
      Path from = page.toAbsolutePath().getParent();
      LINK.matcher(text(page))
          .results()
          .map(found -> found.group(1))
          .forEach(link -> assertThat(from.resolve(link)).as(page + ": " + link).exists());
    }
  }

  @Test
  void every_route_is_in_the_table() throws Exception {
    try (Stream<Path> routes = Files.list(Path.of("routes"))) {
      assertThat(routes.map(file -> file.getFileName().toString()))
          .filteredOn(name -> name.endsWith(".camel.yaml") && !name.startsWith("operation-"))
          .allSatisfy(name -> assertThat(text(ROUTES)).contains("(../routes/" + name + ")"));
    }
  }

  @Test
  void every_setting_that_is_named_with_its_hyphens_exists() {
    Pattern setting =
        Pattern.compile(
            "`((?:keep|poll|reload|start(?!-profile)|finish|queue|signing|cancel|log|grace|kill|session|check)-[a-z-]+)`");
    for (Path page : pages()) {
      setting
          .matcher(text(page))
          .results()
          .map(found -> found.group(1))
          .forEach(key -> assertThat(Settings.keys()).as(page.toString()).contains(key));
    }
  }
}
