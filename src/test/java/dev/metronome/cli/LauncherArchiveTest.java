package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code bin/metronome} keeps beside the jar, by something in place of Java. */
class LauncherArchiveTest {

  private static final Duration LONG = Duration.ofMinutes(2);

  /** Makes the archive that it is told to, and refuses caches if there is a file refuse. */
  private static final String JAVA =
      """
      #!/bin/sh
      for each; do
        case $each in
          -XX:ArchiveClassesAtExit=* | -XX:AOTCacheOutput=*) echo made > "${each#*=}"; exit 0 ;;
          -XX:AOTCache=*) [ ! -f "$(dirname "$0")/../refuse" ] || exit 1 ;;
        esac
        case $each in
          -XX:AOTCache=*.draft/*) exit 0 ;; # it is only tried, beside the command that is run
        esac
      done
      echo "$@" > "$(dirname "$0")/../given"
      """;

  @TempDir Path folder;

  @BeforeEach
  void install() throws IOException {
    Path java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
    Files.writeString(java, JAVA);
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Files.writeString(Files.createDirectories(folder.resolve("lib")).resolve("m.jar"), "a jar");
  }

  private void jdk(String version) throws IOException {
    Files.writeString(folder.resolve("jdk/release"), "X=\"1\"\nJAVA_VERSION=\"" + version + "\"\n");
  }

  /** The options that Java is given for it. */
  private String run(Map<String, String> variables, String... words) throws Exception {
    launch(Path.of("bin/metronome").toAbsolutePath(), variables, words);
    return Files.readString(folder.resolve("jdk/given"));
  }

  private void launch(Path launcher, Map<String, String> variables, String... words)
      throws Exception {
    List<String> line = new ArrayList<>(List.of(launcher.toString()));
    line.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(line).inheritIO();
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.matches("METRONOME_.*|J.*_OPTIONS"));
    environment.put("JAVA_HOME", folder.resolve("jdk").toString());
    environment.put("METRONOME_JAR", folder.resolve("lib/m.jar").toString());
    environment.putAll(variables);
    Process process = builder.start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  private String run(String... words) throws Exception {
    return run(Map.of(), words);
  }

  /** The archives, once no more is being made. */
  private List<Path> kept() {
    await().atMost(LONG).until(() -> beside().noneMatch(file -> file.endsWith(".draft")));
    return beside()
        .filter(file -> !file.endsWith(".jar"))
        .map(folder.resolve("lib")::resolve)
        .toList();
  }

  private Stream<String> beside() {
    return Stream.of(folder.resolve("lib").toFile().list()).sorted();
  }

  private Path one(String kind) {
    await().atMost(LONG).until(() -> kept().size() == 1);
    assertThat(kept().get(0).toString()).endsWith(kind);
    return kept().get(0);
  }

  @ParameterizedTest
  @CsvSource({"17.0.15, agent", "24.0.2, agent", "25.0.3, version", "25.0.3, --version"})
  void an_archive_is_made_once_and_used_from_then_on(String version, String word) throws Exception {
    jdk(version);
    assertThat(run(word)).doesNotContain("SharedArchiveFile", "AOT");
    Path archive = one(".jsa");

    assertThat(run(word)).contains("-XX:SharedArchiveFile=" + archive).doesNotContain("AOT");
    assertThat(kept()).containsExactly(archive);
  }

  @ParameterizedTest
  @CsvSource({"25.0.3", "25", "26-ea", "100.1"})
  void an_agent_of_a_newer_jdk_has_a_cache(String version) throws Exception {
    jdk(version);
    assertThat(run("agent")).doesNotContain("SharedArchiveFile", "AOT");
    Path cache = one(".aot");

    assertThat(run("--config", "x.yml", "agent"))
        .contains("-Xms8m ", "-XX:AOTCache=" + cache + " -Xms16m ")
        .doesNotContain("SharedArchiveFile");
    assertThat(kept()).containsExactly(cache);
  }

  @Test
  void with_options_of_others_or_a_command_the_archive_is_used() throws Exception {
    jdk("25.0.3");
    run("agent");
    Path cache = one(".aot");
    run("version");
    await().atMost(LONG).until(() -> kept().size() == 2);
    for (String variable :
        List.of("METRONOME_JAVA_OPTS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")) {
      assertThat(run(Map.of(variable, "-Xmx8m"), "agent"))
          .contains("SharedArchiveFile")
          .doesNotContain("AOT");
    }
    assertThat(run(Map.of("METRONOME_ARCHIVE", "no"), "agent")).doesNotContain("Archive", "AOT");
    assertThat(kept()).contains(cache).hasSize(2);
  }

  @Test
  void a_cache_with_which_java_does_not_start_is_neither_used_nor_made_again() throws Exception {
    jdk("25.0.3");
    Path refuse = Files.createFile(folder.resolve("jdk/refuse"));
    run("agent");
    assertThat(one(".aot")).isEmptyFile();
    Files.delete(refuse);

    assertThat(run("agent")).doesNotContain("AOT");
    await().atMost(LONG).until(() -> kept().size() == 2); // an archive is made instead
    assertThat(run("agent")).contains("SharedArchiveFile").doesNotContain("AOT");
    assertThat(kept().get(0)).isEmptyFile();
  }

  @ParameterizedTest
  @CsvSource({"17.0.15, .jsa", "25.0.3, .aot"})
  void another_jar_or_jdk_has_another_in_its_place(String version, String kind) throws Exception {
    jdk(version);
    run("agent");
    Path latest = one(kind);
    for (String changed : List.of("lib/m.jar", "jdk/bin/java")) {
      Files.writeString(folder.resolve(changed), "# more\n", StandardOpenOption.APPEND);
      Path before = latest;
      assertThat(run("agent")).doesNotContain("SharedArchiveFile", "AOT");
      await().atMost(LONG).until(() -> !kept().contains(before));
      latest = one(kind);
      assertThat(run("agent")).contains(latest.toString());
    }
  }

  @Test
  void one_process_makes_it_at_a_time_and_one_that_was_killed_is_not_waited_for_for_ever()
      throws Exception {
    jdk("17.0.15");
    run("agent");
    Path archive = one(".jsa");
    Files.delete(archive);
    Path draft = Files.createDirectory(Path.of(archive + ".draft"));

    run("agent");
    assertThat(beside()).containsExactlyInAnyOrder("m.jar", draft.getFileName().toString());

    Files.setLastModifiedTime(draft, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    run("agent");
    assertThat(one(".jsa")).isEqualTo(archive);
  }

  /** As {@code bin/runtime-image} makes it; Java there writes what it was given into it. */
  private Path image(String version, String archive) throws IOException {
    Path image = Files.createDirectory(folder.resolve("image"));
    for (String part : List.of("bin", "lib", "jre", "jre/bin")) {
      Files.createDirectory(image.resolve(part));
    }
    Files.copy(Path.of("bin/metronome"), image.resolve("bin/metronome"));
    Files.copy(folder.resolve("jdk/bin/java"), image.resolve("jre/bin/java"));
    assertThat(image.resolve("bin/metronome").toFile().setExecutable(true)).isTrue();
    assertThat(image.resolve("jre/bin/java").toFile().setExecutable(true)).isTrue();
    Files.writeString(image.resolve("jre/release"), "JAVA_VERSION=\"" + version + "\"\n");
    Files.writeString(image.resolve("lib/metronome.jar"), "a jar");
    Files.writeString(image.resolve("lib/metronome." + archive), "made with it");
    return image.toRealPath();
  }

  @ParameterizedTest
  @CsvSource({
    "17.0.15, agent, -XX:SharedArchiveFile, jsa",
    "25.0.3, version, -XX:SharedArchiveFile, jsa",
    "25.0.3, agent, -XX:AOTCache, aot",
  })
  void a_runtime_image_has_its_own_java_and_brings_its_archive(
      String version, String word, String option, String kind) throws Exception {
    Path image = image(version, kind);

    launch(image.resolve("bin/metronome"), Map.of("METRONOME_JAR", ""), word);

    assertThat(folder.resolve("jdk/given")).doesNotExist();
    assertThat(Files.readString(image.resolve("jre/given")))
        .contains(option + "=" + image.resolve("lib/metronome." + kind) + " ");
  }

  @Test
  void another_jar_than_that_of_the_image_has_an_archive_of_its_own() throws Exception {
    Path image = image("17.0.15", "jsa");

    launch(image.resolve("bin/metronome"), Map.of(), "version");

    assertThat(Files.readString(image.resolve("jre/given"))).doesNotContain("SharedArchiveFile");
    assertThat(one(".jsa")).hasParent(folder.resolve("lib"));
    assertThat(image.resolve("lib/metronome.jsa")).hasContent("made with it");
  }
}
