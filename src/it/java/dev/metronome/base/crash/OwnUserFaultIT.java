package dev.metronome.base.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.metronome.testing.AgentProcess;
import dev.metronome.testing.ConsulCluster;
import dev.metronome.testing.ConsulKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An agent that is a user of its own, with limits of its processes and files as its unit sets them,
 * whose operations run as that user and within the same limits.
 */
@Tag("slow")
class OwnUserFaultIT {

  private static final String NODE = "server-0";
  private static final int PROCESSES = 160;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final String TASKS =
      """
      events:
        %1$s
        probe: {task: probe}
      tasks:
        probe: {operations: [{execute: {script: 'echo probe >> %2$s/journal'}}]}
        deadly: {operations: [{execute: {script: 'echo deadly >> %2$s/journal; kill -9 -1; sleep 60'}}]}
        bomb:
          timeout: 60
          operations:
            - execute:
                script: |
                  echo bomb >> %2$s/journal
                  i=0; while [ $i -lt 1000 ]; do sleep 5 & i=$((i+1)); done
        flood:
          operations:
            - execute:
                script: |
                  echo flood >> %2$s/journal
                  exec bash -c 'for i in $(seq 2000); do exec {fd}</dev/null || exit 4; done'
      """;

  @TempDir private Path folder;
  private final int uid = 60_000 + (int) (ProcessHandle.current().pid() % 4_000);
  private final List<AgentProcess> agents = new ArrayList<>();
  private ConsulCluster consul;
  private ConsulKeys keys;

  @BeforeEach
  void prepare() throws IOException {
    assumeTrue(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
        "SKIPPED: not root, so no other user's processes can be started");
    for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
      assertThat(process.info().user().orElse("")).isNotEqualTo(Integer.toString(uid));
    }
    Path file = Files.createDirectories(folder.resolve("site")).resolve("task.yml");
    String events = "deadly: {task: deadly}\n  bomb: {task: bomb}\n  flood: {task: flood}";
    Files.writeString(file, TASKS.formatted(events, folder));
    for (Path path : List.of(folder, folder.resolve("site"), file)) {
      Files.setAttribute(path, "unix:uid", uid);
    }
    assumeTrue(isReadable(AgentProcess.jar()), "SKIPPED: others may not read " + folder);
    consul = ConsulCluster.start(1, List.of());
    keys = new ConsulKeys(consul.http(NODE));
    start();
  }

  @AfterEach
  void end() {
    agents.forEach(AgentProcess::close);
    if (consul != null) {
      consul.close();
    }
  }

  private boolean isReadable(Path file) throws IOException {
    Process test = new ProcessBuilder(by("test", "-r", file.toString())).start();
    return test.onExit().join().exitValue() == 0;
  }

  private List<String> by(String... command) {
    List<String> all = new ArrayList<>();
    all.add("setpriv");
    all.addAll(List.of("--reuid=" + uid, "--regid=" + uid, "--clear-groups", "--"));
    all.addAll(List.of("prlimit", "--nproc=" + PROCESSES, "--nofile=512", "--"));
    all.addAll(List.of(command));
    return all;
  }

  private void start() {
    agents.add(
        AgentProcess.start(
            folder.resolve("agent-" + agents.size() + ".log"),
            by(),
            AgentProcess.jar(),
            List.of(),
            List.of(
                "--host=127.0.0.1",
                "--port=" + consul.httpPort(NODE),
                "--lost-after=1h",
                "--state-dir=" + folder.resolve("state"),
                "--files=" + folder.resolve("site/task.yml")),
            Map.of("METRONOME_OUTPUT_DIR", folder.resolve("output").toString())));
    agent().awaitStarted();
  }

  private AgentProcess agent() {
    return agents.get(agents.size() - 1);
  }

  private String ends(String event) {
    await(event)
        .atMost(PATIENCE)
        .until(() -> !List.of("", "inprogress").contains(keys.status(event)));
    return keys.status(event);
  }

  private String reason(String event) {
    return keys.json("metronome/results/" + event + "/0/" + NODE)
        .orElseThrow()
        .path("Reason")
        .asText();
  }

  private List<String> journal() throws IOException {
    return Files.readAllLines(folder.resolve("journal"));
  }

  private void failsAlone(String name) {
    String event = keys.fire(name);
    assertThat(ends(event)).isEqualTo("error");
    assertThat(reason(event)).isEqualTo("failed");
    assertThat(agent().isAlive()).isTrue();
  }

  private void probe() throws IOException {
    assertThat(ends(keys.fire("probe"))).isEqualTo("success");
    assertThat(journal()).hasSize(2).endsWith("probe");
  }

  @Test
  @DisplayName("F29 kill -9 -1 of the agent's own user")
  void an_operation_that_kills_all_of_the_agents_user_is_interrupted_and_not_run_again()
      throws IOException {
    String event = keys.fire("deadly");
    assertThat(agent().awaitExit()).isEqualTo(128 + 9);
    start();
    assertThat(ends(event)).isEqualTo("error");
    assertThat(reason(event)).isEqualTo("interrupted");
    probe();
  }

  @Test
  @DisplayName("F28 processes, within the agent's own limit")
  void an_operation_that_forks_up_to_the_agents_limit_fails_and_the_agent_goes_on()
      throws IOException {
    failsAlone("bomb");
    // Until what it has left behind in the background ends, nothing more can be started.
    await("room for a process")
        .atMost(PATIENCE)
        .until(() -> ends(keys.fire("probe")).equals("success"));
    assertThat(journal()).endsWith("probe").containsOnlyOnce("bomb");
    assertThat(agents).hasSize(1);
  }

  @Test
  @DisplayName("F28 files, within the agent's own limit")
  void an_operation_that_opens_files_up_to_the_agents_limit_fails_and_the_agent_goes_on()
      throws IOException {
    failsAlone("flood");
    probe();
  }
}
