package dev.metronome.base.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.testing.AgentProcess;
import dev.metronome.testing.ConsulKeys;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Processes without a locale, as containers and cron start them. */
class LocaleIT {
  private static final Duration LONG = Duration.ofMinutes(3);

  /** By a shell, since the tests may have no locale either. */
  private static final String FILES =
      """
      mkdir -p plain static größe/bin
      cat > plain/task.yml <<'END'
      events:
        päron: {task: say}
        print: {task: print}
      tasks:
        say:
          operations:
            - echo: {text: "Grüße an {{name}} ☃"}
            - execute: {script: 'true'}
        print:
          operations:
            - execute: {script: 'printf "h\\303\\244 ☃\\n"'}
      END
      cat > static/task.yml <<'END'
      environments: {WHO: "Åsa"}
      events:
        run: {task: run}
      tasks:
        run:
          operations:
            - execute: {script: 'echo "$WHO"'}
      END
      cat > größe/task.yml <<'END'
      events:
        gr: {task: gr}
      tasks:
        gr:
          operations:
            - execute: {file: bin/größe}
      END
      printf '#!/bin/sh\\npwd\\necho "$METRONOME_PARAM_NAME"\\n' > größe/bin/größe
      chmod +x größe/bin/größe
      """;

  @TempDir Path folder;
  @AutoClose private final EmbeddedConsul consul = EmbeddedConsul.start();

  @BeforeEach
  void write() throws Exception {
    assertThat(run(FILES)).isEqualTo("rc=0\n");
  }

  /** This JDK, and whatever others are installed beside it: they differ in what they read how. */
  static List<Path> jdks() throws IOException {
    Path own = Path.of(System.getProperty("java.home")).toRealPath();
    try (Stream<Path> all = Files.list(own.getParent())) {
      List<Path> others =
          all.filter(jdk -> !Files.isSymbolicLink(jdk) && !jdk.equals(own))
              .filter(jdk -> Files.isExecutable(jdk.resolve("bin/java")))
              .toList();
      if (others.isEmpty()) {
        System.err.printf("%n## SKIPPED: text on another JDK than %s: there is none%n%n", own);
      }
      return Stream.concat(Stream.of(own), others.stream()).toList();
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void what_needs_no_locale_is_unaltered_and_what_does_is_refused(Path jdk) throws Exception {
    ConsulKeys keys = new ConsulKeys(consul.agent("a"));
    Path log = folder.resolve("log");
    String options = "agent --http-port 0 --files plain/task.yml";
    Process agent = start("exec " + metronome(jdk) + options, log);
    try {
      assertThat(fired(keys, jdk, "päron --param 'name=Åsa ☃'"))
          .contains("\"päron\"", "echo: Grüße an Åsa ☃ ☃\n", "the variable METRONOME_EVENT has");
      assertThat(fired(keys, jdk, "print")).contains("hä ☃\n").doesNotContain("METRONOME_EVENT");
      String pushed =
          "[{\"ID\": \"p\", \"Name\": \"päron\", \"Payload\": null, \"NodeFilter\": \"\","
              + " \"ServiceFilter\": \"\", \"TagFilter\": \"\", \"Version\": 1, \"LTime\": 7}]";
      assertThat(run("echo '" + pushed + "' | " + metronome(jdk) + "push")).endsWith("rc=0\n");
      assertThat(ended(keys, "p")).contains("\"päron\"");
      assertThat(run(metronome(jdk) + "logs p")).contains("echo: Grüße an").contains("☃\n");
    } finally {
      agent.destroy();
      agent.waitFor();
    }
    assertThat(Files.readString(log).lines())
        .filteredOn(line -> line.contains("this process has no UTF-8 locale"))
        .filteredOn(line -> line.contains("locale="))
        .hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void commands_say_what_they_cannot_take(Path jdk) throws Exception {
    String why = "has characters that cannot be handed on: this process has no UTF-8 locale";
    assertThat(run(metronome(jdk) + "fire x --param \"$(printf 'name=\\377')\""))
        .contains("the argument `name=\uFFFD` is not UTF-8")
        .endsWith("rc=2\n");
    assertThat(run(metronome(jdk) + "validate größe/task.yml"))
        .contains("größe/task.yml")
        .contains(why)
        .doesNotContain("mistake")
        .endsWith("rc=2\n");
    assertThat(run(metronome(jdk) + "dispatch run --files static/task.yml"))
        .contains("the variable WHO " + why)
        .endsWith("rc=1\n");
  }

  @Test
  void the_launcher_gives_itself_a_locale_for_characters() throws Exception {
    String launcher =
        "export METRONOME_ARCHIVE=no METRONOME_JAR="
            + AgentProcess.jar()
            + " JAVA_HOME="
            + System.getProperty("java.home")
            + "; "
            + Path.of("bin/metronome").toAbsolutePath();
    String arguments = " dispatch gr --files 'gr*/task.yml' --param name=Åsa";

    assertThat(run(launcher + arguments)).contains("/größe\n", "] Åsa\n").endsWith("rc=0\n");
    assertThat(run("export LC_ALL=C; " + launcher + arguments)).contains("/größe\n", "] Åsa\n");
  }

  /** A command line of the jar, towards the Consul of this test. */
  private String metronome(Path jdk) {
    URI address = consul.agent("a");
    return jdk
        + "/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto -Xmx64m -jar "
        + AgentProcess.jar()
        + " --host "
        + address.getHost()
        + " --port "
        + address.getPort()
        + " ";
  }

  private String fired(ConsulKeys keys, Path jdk, String arguments) throws Exception {
    String printed = run(metronome(jdk) + "fire " + arguments);
    return ended(keys, printed.lines().findFirst().orElseThrow());
  }

  /** All that stands in Consul of an event that has ended. */
  private static String ended(ConsulKeys keys, String id) {
    await()
        .atMost(LONG)
        .until(() -> keys.status(id), status -> status.matches("success|error|timeout|skip"));
    return String.join("\n", keys.all("metronome/results/" + id).values());
  }

  /** What a shell script without any variable prints, and its exit code. */
  private String run(String script) throws Exception {
    Path printed = folder.resolve("printed");
    start(script + "\necho rc=$?", printed).waitFor();
    return Files.readString(printed);
  }

  private Process start(String script, Path printed) throws IOException {
    Path file = Files.writeString(Files.createTempFile(folder, "run", ".sh"), script);
    return new ProcessBuilder("env", "-i", "PATH=/usr/bin:/bin", "/bin/sh", file.toString())
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(printed.toFile())
        .start();
  }
}
