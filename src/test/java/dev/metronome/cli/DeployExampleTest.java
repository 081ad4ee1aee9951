package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What config/examples/deploy brings onto machines; its event {@code deliver} with a real Git. */
@Timeout(300)
class DeployExampleTest {
  private static final Path DEPLOY = Path.of("config/examples/deploy");
  private static final Path DELIVERY = DEPLOY.resolve("patterns/delivery/task.yml");
  private static final String VALID =
      "events: {hello: {task: greet}}\ntasks: {greet: {operations: [echo: {text: hello}]}}\n";

  /** In place of the launcher, which a test has not; it looks for no more than a word. */
  private static final String METRONOME =
      "#!/bin/sh\nshift\n! grep -H broken \"$@\" || { echo it is broken; exit 2; }\n";

  @TempDir Path folder;
  private Path repository;
  private Path patterns;
  private Shell metronome;

  @BeforeEach
  void clone_and_link() throws Exception {
    repository = Files.createDirectory(folder.resolve("repository"));
    patterns = folder.resolve("patterns");
    Path bin = Files.createDirectory(folder.resolve("bin"));
    Files.writeString(bin.resolve("metronome"), METRONOME);
    assertThat(bin.resolve("metronome").toFile().setExecutable(true)).isTrue();
    metronome =
        Shell.in(folder)
            .environment("PATH", bin + ":" + System.getenv("PATH"))
            .environment("HOME", folder.toString());
    git("init", "-q");
    Path first = Files.createDirectories(folder.resolve("patterns.d/first"));
    Files.createSymbolicLink(patterns, first);
  }

  private String git(String... words) throws Exception {
    List<String> line = new ArrayList<>(List.of("git", "-C", repository.toString()));
    line.addAll(List.of("-c", "user.name=anna", "-c", "user.email=anna@example.com"));
    line.addAll(List.of(words));
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said.strip();
  }

  private String commit(String taskFile) throws Exception {
    Path pattern = Files.createDirectories(repository.resolve("hello"));
    Files.writeString(pattern.resolve("task.yml"), taskFile);
    git("add", "-A");
    git("commit", "-q", "--no-gpg-sign", "-m", "change");
    return git("rev-parse", "HEAD");
  }

  private int deliver(String commit) {
    return metronome.run(
        "dispatch",
        "deliver",
        "--files=" + DELIVERY.toAbsolutePath(),
        "--var=patterns=" + patterns,
        "--var=patterns_repository=file://" + repository,
        "--param=commit=" + commit);
  }

  private Path inUse() throws IOException {
    return Files.readSymbolicLink(patterns).getFileName();
  }

  @Test
  void deliver_has_a_commit_take_the_place_of_the_one_before() throws Exception {
    String first = commit(VALID);
    String second = commit(VALID + "# changed\n");

    for (String commit : List.of(first, second, first)) {
      assertThat(deliver(commit)).as(metronome.out() + metronome.err()).isZero();
      assertThat(inUse()).hasToString(commit);
    }
    assertThat(Files.readString(patterns.resolve("hello/task.yml"))).isEqualTo(VALID);
    assertThat(metronome.out()).contains("from " + second + " to " + first);
  }

  @Test
  void a_commit_that_is_not_valid_or_not_there_changes_nothing() throws Exception {
    assertThat(deliver(commit("broken"))).isEqualTo(1);
    assertThat(metronome.out()).contains("it is broken");
    assertThat(deliver("0123456789012345678901234567890123456789")).isEqualTo(1);
    assertThat(inUse()).hasToString("first");
  }

  @Test
  void its_task_files_are_valid() throws IOException {
    try (Stream<Path> files = Files.walk(DEPLOY)) {
      List<Path> found = files.filter(file -> file.endsWith("task.yml")).toList();
      assertThat(found).isNotEmpty();
      for (Path file : found) {
        String path = file.toAbsolutePath().toString();
        int code =
            metronome.run("validate", path, "--var=patterns=x", "--var=patterns_repository=y");
        assertThat(code).as(metronome.out() + metronome.err()).isZero();
      }
    }
  }

  @Test
  void its_settings_are_understood() throws IOException {
    String template = Files.readString(DEPLOY.resolve("roles/metronome/templates/config.yml.j2"));
    String settings = template.replaceAll("\\{\\{[^}]*}}", "/opt/patterns");
    for (String file : List.of("ca-cert", "token-file", "signing-key-file")) {
      Path made = Files.writeString(folder.resolve(file), "0123456789abcdef");
      settings = settings.replaceAll("(?m)^" + file + ": .*$", file + ": " + made);
    }
    Path file = Files.writeString(folder.resolve("config.yml"), settings);

    assertThat(metronome.run("config", "--config", file.toString())).as(metronome.err()).isZero();
    assertThat(metronome.out()).contains("require-signature").contains("/opt/patterns/*/task.yml");
  }

  @Test
  void its_token_has_the_rights_that_an_agent_needs() throws IOException {
    String policy =
        Files.readString(DEPLOY.resolve("roles/consul/templates/metronome-policy.hcl.j2"));
    String page = Files.readString(Path.of("docs/cluster.md"));
    List<String> rules =
        page.lines()
            .filter(line -> line.matches(" {4}.*\\{ policy = .*"))
            .map(
                line ->
                    line.strip().replace("session \"NODE\"         ", "session_prefix \"\"      "))
            .toList();

    assertThat(rules).hasSizeGreaterThan(4);
    assertThat(policy.lines().map(DeployExampleTest::spaced))
        .containsAll(rules.stream().map(DeployExampleTest::spaced).toList());
  }

  private static String spaced(String rule) {
    return rule.replaceAll("\\s+", " ");
  }
}
