package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.testing.AgentProcess;
import dev.metronome.testing.ConsulKeys;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent whose log goes to a disk that is full (F27). */
class FullDiskIT {

  private static final Path FULL = Path.of("/dev/full"); // every write fails for want of space

  @TempDir Path folder;

  @Test
  void it_works_on_and_ends_in_good_order() throws Exception {
    assumeThat(FULL).exists();
    Path log = Files.createSymbolicLink(folder.resolve("agent.log"), FULL);
    Path file = folder.resolve("site/task.yml");
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        "events: {deploy: {task: go}}\ntasks: {go: {operations: [{execute: {script: echo done}}]}}\n");
    try (EmbeddedConsul consul = EmbeddedConsul.start()) {
      URI address = consul.agent("a");
      List<String> options =
          List.of(
              "--host", address.getHost(),
              "--port", Integer.toString(address.getPort()),
              "--files", file.toString());
      try (AgentProcess agent = AgentProcess.start(log, options)) {
        ConsulKeys keys = new ConsulKeys(address);
        for (int event = 0; event < 3; event++) {
          String id = keys.fire("deploy");
          await().atMost(Duration.ofMinutes(3)).until(() -> keys.status(id).equals("success"));
        }
        agent.terminate();
        assertThat(agent.awaitExit()).isZero();
      }
    }
  }
}
