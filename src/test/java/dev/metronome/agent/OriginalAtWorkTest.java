package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.metronome.consul.Transaction;
import dev.metronome.testing.Member;
import dev.metronome.testing.OriginalKeys;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster in which an agent of the original works says so wherever people look. */
class OriginalAtWorkTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path folder;

  @Test
  void the_status_says_so_for_as_long_as_it_is_so() throws Exception {
    AgentCluster cluster = new AgentCluster(folder).pattern(AgentCluster.NOTHING);
    try (Member original = Member.joined(cluster.consul, "original")) {
      cluster.operator.commit(
          new Transaction().lock(OriginalKeys.LOCK, new byte[0], original.session()));
      try (LoneAgent agent = LoneAgent.start(cluster)) {
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(original(agent).path(0).asText())
                        .startsWith("an agent of the original is at work: events wait; stop"));

        cluster.operator.commit(
            new Transaction().unlock(OriginalKeys.LOCK, new byte[0], original.session()));
        await().atMost(PATIENCE).until(() -> original(agent).isEmpty());
      }
    }
  }

  private static JsonNode original(LoneAgent agent) throws Exception {
    JsonNode status = new ObjectMapper().readTree(agent.http().get("/v1/status").body());
    assertThat(status.path("Original").isArray()).isTrue();
    return status.path("Original");
  }
}
