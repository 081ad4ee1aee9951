package dev.metronome.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.Transaction;
import dev.metronome.testing.LogLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Agent n1 alone, and what it says in the log. It knows the events quick, and long, whose first
 * task holds until it is let go; records that an agent never wrote are put in front of it.
 */
final class PatientAgent implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String TASKS =
      """
      events:
        quick: {task: say}
        long: {ordered_tasks: [{task: hold}, {task: say}]}
      tasks:
        say: {operations: [{echo: here}]}
        hold:
          operations: [{execute: {script: 'touch "$HERE/held"; until [ -e "$HERE/go" ]; do sleep 0.05; done'}}]
      environments: {HERE: "%s"}
      """;

  final LogLines log = LogLines.below("dev.metronome");
  final AgentCluster cluster;
  private final Path folder;

  PatientAgent(Path folder) throws IOException {
    this.folder = folder;
    this.cluster = new AgentCluster(folder).pattern(TASKS.formatted(folder));
  }

  PatientAgent flag(String key, String value) {
    cluster.flag(key, value);
    return this;
  }

  /** Returns once the cluster knows that it is present. */
  void start() throws InterruptedException {
    cluster.started("n1");
    await().atMost(PATIENCE).until(() -> !cluster.text(cluster.keys.presence("n1")).isEmpty());
  }

  /** Writes a record as nobody of this version would. */
  void put(String key, String record) {
    cluster.operator.commit(new Transaction().set(key, record.getBytes(UTF_8)));
  }

  /** The ID of an event that runs its first task, until it is let go. */
  String held() {
    cluster.fire("held", "long");
    await().atMost(PATIENCE).until(() -> Files.exists(folder.resolve("held")));
    return "held";
  }

  void letGo() throws IOException {
    Files.writeString(folder.resolve("go"), "");
  }

  @Override
  public void close() {
    cluster.close();
    log.close();
  }
}
