package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.testing.StreamListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a page hears of an event, from a whole agent. */
class StreamTest {

  @TempDir Path folder;

  @Test
  void an_event_is_heard_from_fire_to_end_and_the_agents_end_ends_the_stream() throws Exception {
    try (AgentCluster cluster = new AgentCluster(folder)) {
      cluster.pattern(
          """
          events:
            deploy: {ordered_tasks: [{task: say}, {task: again}]}
          tasks:
            say: {operations: [{execute: {script: 'echo one; sleep 0.5'}}]}
            again: {operations: [{execute: {script: 'echo two; sleep 0.5'}}]}
          """);
      Agent agent = cluster.started("a");
      await().atMost(Duration.ofSeconds(30)).until(agent::isLeader);
      try (StreamListener listener = StreamListener.at(agent.port())) {
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> listener.types().containsAll(List.of("status", "nodes")));
        cluster.fire("heard-1", "deploy");
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> states(listener, "/Status").contains("success"));

        assertThat(states(listener, "/Status")).contains("inprogress").endsWith("success");
        assertThat(states(listener, "/Tasks/0/Status")).endsWith("success");
        assertThat(states(listener, "/Tasks/1/Status"))
            .containsSubsequence("waiting", "inprogress");
        assertThat(listener.has("status", it -> it.at("/Running/ID").asText().equals("heard-1")))
            .isTrue();
        assertThat(listener.has("nodes", it -> it.at("/0/Doing/No").asText().equals("1"))).isTrue();
        agent.close();
        await().atMost(Duration.ofSeconds(10)).until(listener::isEnded);
      }
    }
  }

  private static List<String> states(StreamListener listener, String path) {
    return listener
        .heard("event")
        .filter(it -> it.data().path("ID").asText().equals("heard-1"))
        .map(it -> it.data().at(path).asText())
        .toList();
  }
}
