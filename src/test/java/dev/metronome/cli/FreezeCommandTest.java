package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code freeze} and {@code thaw} print and write, without any agent. */
class FreezeCommandTest {

  @TempDir Path folder;
  @AutoClose private final OneNodeCluster cluster = new OneNodeCluster();
  private Shell shell;

  @BeforeEach
  void open() {
    shell = cluster.shell(folder);
  }

  @Test
  void it_says_what_is_frozen_and_how_to_undo_it_and_status_does_too() throws Exception {
    assertThat(shell.run("freeze", "deploy", "--reason", "broken", "--until", "2h")).isZero();
    assertThat(shell.out())
        .contains("the event deploy is frozen by ", ": broken, until ", "metronome thaw deploy");
    assertThat(shell.run("freeze", "--reason", "moving")).isZero();

    assertThat(shell.run("status")).isZero();
    assertThat(shell.out()).containsSubsequence("all events are frozen by", "deploy is frozen by");
    assertThat(shell.run("status", "--json")).isZero();
    assertThat(new ObjectMapper().readTree(shell.out()).at("/Frozen")).hasSize(2);
  }

  @Test
  void thaw_ends_one_and_names_what_is_left() {
    shell.run("freeze", "deploy", "--reason", "broken");
    shell.run("freeze", "--reason", "moving");

    assertThat(shell.run("thaw", "deploy")).isZero();
    assertThat(shell.out())
        .contains("the event deploy may begin again; still all events are frozen by ");
    assertThat(shell.run("thaw")).isZero();
    assertThat(shell.out().strip()).isEqualTo("all events may begin again");
    assertThat(shell.run("thaw")).isEqualTo(3);
    assertThat(shell.out().strip()).isEqualTo("there was no freeze of all events");
  }

  @Test
  void a_lane_that_can_be_none_is_refused() {
    assertThat(shell.run("freeze", "--lane", "a b", "--reason", "x")).isEqualTo(2);
    assertThat(shell.err()).contains("a lane's name has 1 to 32 letters");
    assertThat(shell.run("thaw", "--lane", "a/b")).isEqualTo(2);
    assertThat(shell.run("freeze", "deploy", "--lane", "app", "--reason", "x")).isEqualTo(2);
  }

  @Test
  void a_reason_is_demanded_and_a_time_to_come() {
    assertThat(shell.run("freeze")).isEqualTo(2);
    assertThat(shell.err()).contains("--reason");
    assertThat(shell.run("freeze", "--reason", " ")).isEqualTo(2);
    for (String until : new String[] {"2020-01-01T00:00:00Z", "0", "yesterday", "400d"}) {
      assertThat(shell.run("freeze", "--reason", "x", "--until", until)).as(until).isEqualTo(2);
      assertThat(shell.err()).contains("--until");
    }
    assertThat(shell.run("status")).isZero();
    assertThat(shell.out()).doesNotContain("frozen");
  }

  @Test
  void a_mistyped_event_freezes_nothing_and_plan_and_show_say_what_is_frozen() throws Exception {
    String tasks = "events: {hello: {task: t}}\ntasks: {t: {operations: [{echo: {text: a}}]}}\n";
    try (OneNodeCluster running = OneNodeCluster.running(folder, tasks)) {
      Shell near = running.shell(folder);
      assertThat(near.run("freeze", "helo", "--reason", "x")).isEqualTo(3);
      assertThat(near.err()).contains("did you mean `hello`?; nothing was frozen");
      assertThat(near.run("freeze", "hello", "--reason", "moving")).as(near.err()).isZero();

      String files = folder.resolve("hello/task.yml").toString();
      assertThat(near.run("plan", "hello", "--files", files)).as(near.err()).isZero();
      assertThat(near.out()).contains("would wait", "the event hello is frozen by ", ": moving");
      assertThat(near.run("fire", "hello")).isZero();
      String id = near.out().strip();
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(
              () -> {
                assertThat(near.run("show", id)).isZero();
                assertThat(near.out()).contains("may not begin", ": moving");
              });
      near.run("thaw", "hello");
    }
  }
}
