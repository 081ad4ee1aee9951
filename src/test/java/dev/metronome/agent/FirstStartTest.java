package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Status;
import dev.metronome.testing.OriginalKeys;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first start of an agent on a cluster that the original has left. */
class FirstStartTest {

  @TempDir Path folder;
  @AutoClose private AgentCluster cluster;

  @Test
  void pending_events_run_in_their_order_and_what_was_under_way_ends_as_an_error()
      throws Exception {
    cluster =
        new AgentCluster(folder)
            .pattern(
                """
                events: {deploy: {task: go}, backup: {task: go}}
                tasks: {go: {operations: [echo: {text: hello}]}}
                """)
            .flag("poll-interval", "200ms");
    OriginalKeys.put(cluster.operator, OriginalKeys.results());
    OriginalKeys.put(cluster.operator, OriginalKeys.queues());

    cluster.started("a");

    assertThat(cluster.ended(OriginalKeys.BACKUP).status()).isEqualTo(Status.SUCCESS);
    assertThat(cluster.ended(OriginalKeys.DEPLOY).status()).isEqualTo(Status.SUCCESS);
    assertThat(cluster.ended(OriginalKeys.DEPLOY).source()).hasValue("original");
    assertThat(cluster.ended(OriginalKeys.DEPLOY).finishedAt().orElseThrow())
        .isBeforeOrEqualTo(cluster.ended(OriginalKeys.BACKUP).startedAt().orElseThrow());
    assertThat(cluster.ended(OriginalKeys.BEGUN).status()).isEqualTo(Status.ERROR);
    assertThat(cluster.ended(OriginalKeys.ENDED).status()).isEqualTo(Status.SUCCESS);
    assertThat(cluster.keys("metronome/event_queue")).isEmpty();
    assertThat(cluster.text(OriginalKeys.PLAN)).isEmpty();
    assertThat(cluster.keys("metronome/quarantine/")).isEmpty();
  }
}
