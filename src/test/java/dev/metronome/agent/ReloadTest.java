package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Task files that change while whole agents run. */
class ReloadTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final String TASKS =
      """
      events:
        deploy:
          ordered_tasks:
            - task: first
            - task: second
      tasks:
        first:
          operations:
            - execute:
                script: while ! [ -e %1$s ]; do sleep 0.05; done
        second:
          operations:
            - echo: {text: "second as it was"}
      """;

  @TempDir Path folder;
  @AutoClose private AgentCluster cluster;
  private Path go;
  private String tasks;

  @BeforeEach
  void start() throws Exception {
    go = folder.resolve("go");
    tasks = TASKS.formatted(go);
    cluster = new AgentCluster(folder).pattern(tasks);
  }

  private void awaitRunning() {
    await()
        .atMost(PATIENCE)
        .until(() -> cluster.text("metronome/results/e1/0/a").contains("inprogress"));
  }

  @Test
  void a_running_event_keeps_its_plan_and_the_next_one_has_the_new() throws Exception {
    Agent agent = cluster.started("a");
    cluster.fire("e1", "deploy");
    awaitRunning();

    cluster.pattern(
        tasks
            .replace("      - task: second\n", "      - task: second\n      - task: third\n")
            .replace("as it was", "as it is now")
            .concat("  third:\n    operations:\n      - echo: {text: third}\n"));
    agent.reload();
    Files.createFile(go);

    assertThat(cluster.ended("e1").status()).isEqualTo(Status.SUCCESS);
    assertThat(cluster.keys("metronome/results/e1/"))
        .contains("metronome/results/e1/1")
        .doesNotContain("metronome/results/e1/2");
    assertThat(cluster.text("metronome/results/e1/1/a/log")).contains("second as it is now");
    cluster.fire("e2", "deploy");
    assertThat(cluster.ended("e2").status()).isEqualTo(Status.SUCCESS);
    assertThat(cluster.text("metronome/results/e2/2/a/log")).contains("third");
  }

  @Test
  void a_task_that_is_gone_when_its_turn_comes_ends_as_error_that_names_the_file()
      throws Exception {
    Agent agent = cluster.started("a");
    cluster.fire("e1", "deploy");
    awaitRunning();

    cluster.pattern(tasks.replace("second", "other"));
    agent.reload();
    Files.createFile(go);

    assertThat(cluster.ended("e1").reason()).hasValue(Reason.MISMATCH);
    assertThat(cluster.ended("e1").message().orElseThrow()).contains("web/task.yml", "second");
  }

  @Test
  void an_event_whose_file_was_removed_while_another_ran_is_rejected_and_recorded()
      throws Exception {
    Agent agent = cluster.started("a");
    cluster.fire("e1", "deploy");
    awaitRunning();
    cluster.fire("e2", "deploy");

    Files.delete(folder.resolve("web/task.yml"));
    agent.reload();
    Files.createFile(go);

    assertThat(cluster.ended("e1").reason()).hasValue(Reason.MISMATCH);
    assertThat(cluster.ended("e1").message().orElseThrow()).contains("web/task.yml");
    assertThat(cluster.ended("e2").status()).isEqualTo(Status.SKIP);
    assertThat(cluster.ended("e2").reason()).hasValue(Reason.UNDEFINED);
  }

  @Test
  void a_broken_file_harms_no_event() throws Exception {
    Agent agent = cluster.started("a");
    Files.createFile(go);

    cluster.pattern("events: {");
    agent.reload();
    cluster.fire("e1", "deploy");

    assertThat(cluster.ended("e1").status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void an_agent_whose_file_is_broken_starts_says_so_and_ends_its_events_as_error()
      throws Exception {
    cluster.pattern(tasks.replace("    operations:", "    operatoins:"));
    Agent agent = cluster.started("a");
    await()
        .atMost(PATIENCE)
        .until(() -> cluster.text("metronome/nodes/a/agent").contains("`operatoins`"));
    cluster.fire("e1", "deploy");
    assertThat(cluster.ended("e1").status()).isEqualTo(Status.ERROR);
    assertThat(cluster.ended("e1").message().orElseThrow())
        .contains("is also in pattern web", "web/task.yml:", "operatoins");

    cluster.pattern(tasks);
    agent.reload();
    Files.createFile(go);
    cluster.fire("e2", "deploy");
    assertThat(cluster.ended("e2").status()).isEqualTo(Status.SUCCESS);
    await()
        .atMost(PATIENCE)
        .until(() -> !cluster.text("metronome/nodes/a/agent").contains("operatoins"));
  }

  @Test
  void a_change_is_noticed_and_others_can_read_it_in_the_presence() throws Exception {
    cluster.flag("reload-interval", "100ms").started("a");
    await()
        .atMost(PATIENCE)
        .until(() -> cluster.text("metronome/nodes/a/agent").contains("deploy"));

    cluster.pattern(tasks.replace("deploy:", "release:"));

    await()
        .atMost(PATIENCE)
        .until(() -> cluster.text("metronome/nodes/a/agent").contains("release"));
    assertThat(cluster.operator.get("metronome/nodes/a/agent").orElseThrow().isLocked()).isTrue();
  }
}
