package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.model.record.Status;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The route retain in a whole agent. */
class RetainTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path folder;
  @AutoClose private AgentCluster cluster;

  @Test
  void results_go_when_they_are_old_and_their_ids_are_free_again() throws Exception {
    cluster =
        new AgentCluster(folder)
            .pattern(
                """
                events: {deploy: {task: go}}
                tasks: {go: {operations: [echo: {text: hello}]}}
                """)
            .flag("poll-interval", "200ms")
            .flag("keep", "1s")
            .flag("keep-interval", "1s")
            .flag("keep-events", "1");
    cluster.started("a");

    cluster.fire("e1", "deploy");
    assertThat(cluster.ended("e1").status()).isEqualTo(Status.SUCCESS);
    cluster.fire("e2", "deploy");
    assertThat(cluster.ended("e2").status()).isEqualTo(Status.SUCCESS);
    await()
        .atMost(PATIENCE)
        .until(() -> cluster.keys("metronome/results/").stream().noneMatch(k -> k.contains("e1")));
    assertThat(cluster.text("metronome/results/e2/0/a/log")).contains("hello");

    cluster.fire("e1", "deploy");
    assertThat(cluster.ended("e1").status()).isEqualTo(Status.SUCCESS);
  }
}
