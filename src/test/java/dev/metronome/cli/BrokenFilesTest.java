package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees of a task file that cannot be used. */
class BrokenFilesTest {

  @TempDir Path folder;

  @Test
  void nodes_and_status_name_the_file_the_place_and_the_node() throws Exception {
    String broken = "events: {hello: {task: greet}}\ntasks: {greet: {operatoins: []}}\n";
    try (OneNodeCluster cluster = OneNodeCluster.running(folder, broken)) {
      Shell shell = cluster.shell(folder);
      await()
          .untilAsserted(
              () -> {
                assertThat(shell.run("nodes")).as(shell.err()).isZero();
                assertThat(shell.out())
                    .contains(
                        "BROKEN: hello", "hello/task.yml:2:17: error: unknown key `operatoins`")
                    .contains("the pattern is left out until it is repaired");
              });
      assertThat(shell.run("status")).isZero();
      assertThat(shell.out())
          .containsPattern("broken +hello: .*hello/task.yml:2:17: error: .*\\(on \\S+\\)");
      assertThat(shell.run("status", "--json")).isZero();
      JsonNode faults = new ObjectMapper().readTree(shell.out()).get("Faults");
      assertThat(faults.elements().next().get("hello").asText()).contains("operatoins");
      assertThat(shell.run("plan", "hello", "--files", "hello/task.yml")).isEqualTo(2);
      assertThat(shell.err()).contains("operatoins");
    }
  }
}
