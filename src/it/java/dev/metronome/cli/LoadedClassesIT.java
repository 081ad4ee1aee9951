package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.testing.AgentProcess;
import dev.metronome.testing.ConsulKeys;
import dev.metronome.testing.SingleConsul;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The large client of camel-consul is not loaded by what does not use it: it is half of a start.
 */
class LoadedClassesIT {

  private static final List<String> CLIENT =
      List.of(
          "okhttp3.", "retrofit2.", "okio.", "kotlin.", "org.kiwiproject.", "com.google.common.");

  private static final List<String> TLS = List.of("sun.security.ssl.", "javax.net.ssl.SSLContext");

  /** The type of a bean that is made at its first use. */
  private static final String TYPE = "org.kiwiproject.consul.Consul ";

  @TempDir private static Path folder;
  private static SingleConsul consul;

  @BeforeAll
  static void start() {
    consul = SingleConsul.start(folder, "a");
  }

  @AfterAll
  static void stop() {
    if (consul != null) {
      consul.close();
    }
  }

  private static List<String> loaded(Path log, List<String> of) throws IOException {
    try (Stream<String> lines = Files.lines(log)) {
      List<String> classes = lines.map(line -> line.replaceFirst("^(\\[[^]]*])*\\s*", "")).toList();
      assertThat(classes).as("classes of ours").anyMatch(line -> line.startsWith("dev.metronome."));
      return classes.stream()
          .filter(line -> of.stream().anyMatch(line::startsWith))
          .filter(line -> !line.startsWith(TYPE))
          .toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"version", "status", "events", "push"})
  void a_command_loads_neither_it_nor_tls(String command) throws Exception {
    Path log = folder.resolve(command + ".classes");
    List<String> line =
        new ArrayList<>(
            List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xlog:class+load:file=" + log,
                "-jar",
                AgentProcess.jar().toString(),
                command));
    if (!command.equals("version")) {
      line.addAll(List.of("--host=127.0.0.1", "--port=" + consul.port()));
    }
    Path events = Files.writeString(folder.resolve("events.json"), "[]");
    Process process =
        new ProcessBuilder(line)
            .redirectInput(events.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(command + ".out").toFile())
            .start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();

    assertThat(process.exitValue()).as(() -> output(command)).isZero();
    assertThat(loaded(log, CLIENT)).isEmpty();
    assertThat(loaded(log, TLS)).isEmpty();
  }

  private static String output(String command) {
    try {
      return Files.readString(folder.resolve(command + ".out"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void an_agent_loads_it_with_the_first_operation_that_uses_it() throws Exception {
    Path site = Files.createDirectories(folder.resolve("site"));
    Path tasks = site.resolve("task.yml");
    Files.writeString(
        tasks,
        """
        events: {ask: {task: read}}
        tasks:
          read: {operations: [{consul-kvs: {action: get, key: k, name: n, default: d}}]}
        """);
    Path classes = folder.resolve("agent.classes");
    List<String> options =
        List.of("--host=127.0.0.1", "--port=" + consul.port(), "--files=" + tasks);
    try (AgentProcess agent =
        AgentProcess.start(
            folder.resolve("agent.log"), List.of("-Xlog:class+load:file=" + classes), options)) {
      agent.awaitStarted();
      assertThat(loaded(classes, CLIENT)).isEmpty();

      ConsulKeys keys = new ConsulKeys(consul.address());
      String id = keys.fire("ask");
      await()
          .atMost(Duration.ofMinutes(3))
          .untilAsserted(() -> assertThat(keys.status(id)).isEqualTo("success"));
      assertThat(loaded(classes, CLIENT)).isNotEmpty();
    }
  }
}
