package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
  @TempDir Path folder;

  private static List<JsonNode> runs(JsonNode demo, String task) {
    return StreamSupport.stream(demo.get("order").spliterator(), false)
        .filter(run -> run.get("task").asText().equals(task))
        .toList();
  }

  private static long last(JsonNode demo, String task) {
    return runs(demo, task).stream()
        .mapToLong(r -> r.get("finishedMillis").asLong())
        .max()
        .orElse(0);
  }

  private static long first(JsonNode demo, String task) {
    return runs(demo, task).stream()
        .mapToLong(r -> r.get("startedMillis").asLong())
        .min()
        .orElse(0);
  }

  private static List<Path> leftovers() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(f -> f.getFileName().toString().startsWith("metronome-demo-")).toList();
    }
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !thread.isDaemon())
        .filter(thread -> !thread.getName().startsWith("awaitility"))
        .collect(Collectors.toSet());
  }

  @Test
  void databases_come_before_the_application_and_the_load_balancer_last() throws Exception {
    List<Path> before = leftovers();
    Set<Thread> threadsBefore = threads();
    Shell shell = Shell.in(folder).environment("PATH", System.getenv("PATH"));
    assertThat(shell.run("demo", "--json", "--pace", "100ms")).as(shell.err()).isZero();

    JsonNode demo = new ObjectMapper().readTree(shell.out());
    assertThat(demo.at("/events/0/Status").asText()).isEqualTo("success");
    assertThat(runs(demo, "back_up"))
        .extracting(run -> run.get("node").asText())
        .containsExactlyInAnyOrder("db1", "db2");
    List<String> tasks = List.of("back_up", "migrate", "catch_up", "deploy", "switch_over");
    for (int i = 1; i < tasks.size(); i++) {
      assertThat(first(demo, tasks.get(i)))
          .as(tasks.get(i))
          .isGreaterThanOrEqualTo(last(demo, tasks.get(i - 1)));
    }
    assertThat(shell.err()).contains("embedded and in memory").doesNotContain("WARN", "ERROR");

    // A demo of somebody else may begin or end at any time, and so may what earlier tests left.
    List<Path> after = leftovers().stream().filter(folder -> !before.contains(folder)).toList();
    await().untilAsserted(() -> assertThat(after).noneMatch(Files::exists));
    await()
        .untilAsserted(
            () ->
                assertThat(threads())
                    .filteredOn(thread -> !threadsBefore.contains(thread))
                    .isEmpty());
  }

  @Test
  void wrong_usage_is_refused_before_anything_starts() {
    Shell shell = Shell.in(folder);
    assertThat(shell.run("demo", "--pace", "1h")).isEqualTo(2);
    assertThat(shell.err()).contains("--pace must be at most 1m").hasLineCount(1);
  }
}
