package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.metronome.testing.OriginalKeys;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on a cluster that holds results of the original and nothing else. */
class OriginalResultsCommandsTest {

  private static final Map<String, String> RESULTS = OriginalKeys.results();

  @TempDir static Path folder;
  private static OneNodeCluster cluster;

  private final Shell shell = cluster.shell(folder);

  @BeforeAll
  static void put() {
    cluster = new OneNodeCluster();
    OriginalKeys.put(cluster.connection(), RESULTS);
  }

  @AfterEach
  void they_stand_as_they_stood() {
    assertThat(OriginalKeys.standing(cluster.connection(), RESULTS)).isEqualTo(RESULTS);
    assertThat(cluster.names("metronome/")).hasSameSizeAs(RESULTS.keySet());
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  private JsonNode json(String... words) throws Exception {
    assertThat(shell.run(words)).as(shell.err()).isZero();
    return new ObjectMapper().readTree(shell.out());
  }

  @Test
  void events_lists_them() throws Exception {
    assertThat(shell.run("events")).as(shell.err()).isZero();
    assertThat(shell.out()).contains("deploy", "success", "inprogress");
    assertThat(json("events", "--json").path("Total").asInt()).isEqualTo(2);
  }

  @Test
  void show_tells_an_event_with_its_task_and_node() throws Exception {
    assertThat(shell.run("show", OriginalKeys.ENDED)).as(shell.err()).isZero();
    assertThat(shell.out()).contains("deploy", "success", "configure", "web1");

    JsonNode event = json("show", OriginalKeys.ENDED, "--json");
    assertThat(event.path("StartedAt").asText()).isEqualTo("2015-12-01T01:00:00Z");
    assertThat(event.at("/Tasks/0/Nodes/0/Status").asText()).isEqualTo("success");
    assertThat(event.at("/Tasks/0").has("Pattern")).isFalse();
  }

  @Test
  void one_that_was_left_in_progress_says_that_nothing_runs_it() {
    assertThat(shell.run("show", OriginalKeys.BEGUN)).as(shell.err()).isZero();
    assertThat(shell.out()).contains("inprogress", "begun by the original; nothing here runs it");
  }

  @Test
  void logs_prints_its_log() {
    assertThat(shell.run("logs", OriginalKeys.ENDED)).as(shell.err()).isZero();
    assertThat(shell.out()).contains("Run task(configure)");
  }

  @Test
  void retry_says_that_it_is_to_be_fired_anew() {
    for (String id : new String[] {OriginalKeys.ENDED, OriginalKeys.BEGUN}) {
      assertThat(shell.run("retry", id)).isEqualTo(2);
      assertThat(shell.err())
          .contains("is of the original, which left no plan to go on with; fire deploy anew");
    }
  }

  @Test
  void cancel_says_that_nothing_here_runs_it() {
    assertThat(shell.run("cancel", OriginalKeys.BEGUN)).isEqualTo(2);
    assertThat(shell.err()).contains("begun by the original, nothing here runs it");
    assertThat(shell.run("cancel", OriginalKeys.ENDED)).isEqualTo(2);
    assertThat(shell.err()).contains("has ended before, as success");
  }
}
