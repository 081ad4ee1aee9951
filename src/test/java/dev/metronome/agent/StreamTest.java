package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.testing.StreamListener;
import java.nio.file.Files;
import java.nio.file.Path;
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
            say: {operations: [{execute: {script: 'until [ -e %1$s/said ]; do sleep 0.05; done'}}]}
            again: {operations: [{execute: {script: 'until [ -e %1$s/again ]; do sleep 0.05; done'}}]}
          """
              .formatted(folder));
      Agent agent = cluster.started("a");
      await().until(agent::isLeader);
      try (StreamListener listener = StreamListener.at(agent.port())) {
        await().until(() -> listener.types().containsAll(List.of("status", "nodes")));
        cluster.fire("heard-1", "deploy");
        await().until(() -> states(listener, "/Tasks/0/Status").contains("inprogress"));
        await()
            .until(
                () ->
                    listener.has("status", it -> it.at("/Running/ID").asText().equals("heard-1")));
        Files.createFile(folder.resolve("said"));
        await().until(() -> states(listener, "/Tasks/1/Status").contains("inprogress"));
        await().until(() -> listener.has("nodes", it -> it.at("/0/Doing/No").asText().equals("1")));
        Files.createFile(folder.resolve("again"));
        await().until(() -> states(listener, "/Status").contains("success"));

        assertThat(states(listener, "/Status")).contains("inprogress").endsWith("success");
        assertThat(states(listener, "/Tasks/0/Status")).endsWith("success");
        assertThat(states(listener, "/Tasks/1/Status"))
            .containsSubsequence("waiting", "inprogress");
        agent.close();
        await().until(listener::isEnded);
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
