package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.testing.AgentProcess;
import dev.metronome.testing.ConsulKeys;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGHUP to a real process. */
class HangUpIT {

  private static final String TASKS =
      """
      events:
        %s:
          task: go
      tasks:
        go:
          operations:
            - execute:
                script: |
                  echo run >> %s
                  while ! [ -e %s ]; do sleep 0.05; done
      """;

  @TempDir Path folder;
  private final EmbeddedConsul consul = EmbeddedConsul.start();
  private Path runs;
  private Path end;
  private Path file;
  private AgentProcess agent;

  @BeforeEach
  void start() throws Exception {
    runs = folder.resolve("runs");
    end = folder.resolve("end");
    file = folder.resolve("site/task.yml");
    Files.createDirectories(file.getParent());
    write("deploy");
    URI address = consul.agent("a");
    agent =
        AgentProcess.start(
            folder.resolve("agent.log"),
            List.of(
                "--host",
                address.getHost(),
                "--port",
                Integer.toString(address.getPort()),
                "--files",
                file.toString(),
                "--reload-interval",
                "0"));
    agent.awaitStarted();
  }

  @AfterEach
  void stop() {
    agent.close();
    consul.close();
  }

  private void write(String event) throws Exception {
    Files.writeString(file, TASKS.formatted(event, runs, end));
  }

  @Test
  void it_reloads_the_task_files_runs_nothing_again_and_ends_nothing() throws Exception {
    ConsulKeys keys = new ConsulKeys(consul.agent("a"));
    String id = keys.fire("deploy");
    await().atMost(Duration.ofMinutes(3)).until(() -> Files.exists(runs));

    write("release");
    agent.hangUp();
    agent.awaitLog("task-files state=reloaded changed=[site]");

    Files.createFile(end);
    await().atMost(Duration.ofMinutes(3)).until(() -> keys.status(id).equals("success"));
    assertThat(Files.readAllLines(runs)).containsExactly("run");
    String next = keys.fire("release");
    await().atMost(Duration.ofMinutes(3)).until(() -> keys.status(next).equals("success"));
    assertThat(agent.isAlive()).isTrue();
    assertThat(agent.log().lines().filter(line -> line.contains("task-files state="))).hasSize(1);
  }

  @Test
  void a_broken_file_is_said_each_time_and_the_agent_still_ends_in_good_order() throws Exception {
    Files.writeString(file, "events: {");
    agent.hangUp();
    agent.awaitLog("[ERROR] task-files state=broken pattern=site " + file + ":");
    agent.hangUp();
    await()
        .atMost(Duration.ofMinutes(3))
        .until(
            () -> agent.log().lines().filter(line -> line.contains("state=broken")).count() == 2);

    agent.terminate();

    agent.awaitExit();
    assertThat(agent.log()).contains("state=stopped");
  }
}
