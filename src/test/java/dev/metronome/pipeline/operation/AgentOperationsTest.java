package dev.metronome.pipeline.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.agent.Agent;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulSettings;
import dev.metronome.consul.ForeignKeys;
import dev.metronome.embedded.EmbeddedConsul;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Operations in an agent, from the event to its results. */
@Timeout(600)
class AgentOperationsTest {
  private static final String TASKS =
      """
      events:
        good: {ordered_tasks: [{task: read}, {task: use}]}
        slow: {task: slow}
      tasks:
        read: {operations: [{consul-kvs: {action: get, key: app/version, name: version}}]}
        use: {operations: [{echo: {text: 'version {{version}}'}}]}
        slow:
          timeout: 1
          operations:
      """;

  @TempDir Path folder;

  @Test
  void captured_values_last_from_task_to_task_and_a_hanging_operation_times_out() throws Exception {
    try (EmbeddedConsul consul = EmbeddedConsul.start()) {
      URI at = consul.agent("one");
      ConsulConnection connection =
          ConsulConnection.to(ConsulSettings.plain(at.getHost(), at.getPort()));
      ForeignKeys keys = new ForeignKeys(connection);
      keys.put("app/version", "7");
      Bench bench =
          new Bench(folder)
              .set("port", Integer.toString(at.getPort()))
              .set("http-port", "0")
              .set("kill-grace", "1s") // for so long its end waits for the delay too
              .file("web/task.yml", TASKS + "      - wait: {}\n")
              .file("routes/operation-wait.camel.yaml", WAIT)
              .set("routes", folder.resolve("routes").toString());
      try (Agent agent = new Agent(bench.configuration(), Map.of("PATH", "/bin"), "test")) {
        agent.start();
        submit(agent, "good", "slow");
        await()
            .atMost(Duration.ofMinutes(5))
            .until(() -> status(keys, "metronome/results/slow").contains("\"error\""));
        assertThat(status(keys, "metronome/results/good")).contains("\"success\"");
        assertThat(status(keys, "metronome/results/good/1/one/log")).contains("version 7");
        assertThat(status(keys, "metronome/results/slow/0/one"))
            .contains(
                "timeout", "operation 1 (wait): the task took longer than its timeout of 1 s");
      }
      connection.close();
    }
  }

  private static final String WAIT =
      """
      - route:
          id: operation-wait
          from:
            uri: direct:operation-wait
            steps:
              - delay: {expression: {constant: '50000'}}
      """;

  private static void submit(Agent agent, String... names) throws Exception {
    try (var template = agent.context().createProducerTemplate()) {
      for (String name : names) {
        template.sendBody("direct:submit", Map.of("Name", name, "ID", name));
      }
    }
  }

  private static String status(ForeignKeys keys, String key) {
    return keys.get(key).orElse("");
  }
}
