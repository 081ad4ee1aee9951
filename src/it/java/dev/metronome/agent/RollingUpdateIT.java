package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.metronome.testing.AgentProcess;
import dev.metronome.testing.ConsulCluster;
import dev.metronome.testing.ConsulKeys;
import dev.metronome.testing.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The event of config/examples/update as it stands there, on three agents, which it has replaced
 * while they run it. What the machine has is played: apt-get installs a jar by its path, the
 * launcher runs that one, and systemctl asks the test, which is the service manager.
 */
@Tag("slow")
class RollingUpdateIT {

  private static final String EXAMPLE = "config/examples/update/task.yml";
  private static final String DB = "server-0";
  private static final String APP = "app-1";
  private static final String LB = "lb-1";
  private static final String NEW = "99.1.0";
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final String APT_GET =
      """
      cd "$MACHINES" || exit 1
      for word; do package=$word; done
      jar=versions/${package#metronome=}.jar
      [ -f "$jar" ] || { echo "E: there is no $package" >&2; exit 100; }
      echo "install $METRONOME_NODE" >> journal
      echo "$MACHINES/$jar" > "$METRONOME_NODE/installed"
      """;

  private static final String SYSTEMCTL =
      """
      cd "$MACHINES/$METRONOME_NODE" || exit 1
      case "$*" in
        '--no-block restart metronome')
          echo "restart $METRONOME_NODE" >> ../journal
          : > asked ;;
        'is-active metronome')
          cat state
          [ "$(cat state)" = active ] ;;
        *) exit 1 ;;
      esac
      """;

  private static final String LAUNCHER =
      """
      cd "$MACHINES/$METRONOME_NODE" || exit 1
      exec "$JAVA" -XX:TieredStopAtLevel=1 -jar "$(cat installed)" "$@" --config config.yml
      """;

  @TempDir private Path folder;
  private final Map<String, Machine> machines = new LinkedHashMap<>();
  private final List<Long> wellAtRestart = new ArrayList<>();
  private Map<String, String> environment;
  private ConsulCluster consul;
  private ConsulKeys keys;
  private Process command;
  private int mostAway;

  /** One of the three, as its service manager knows it. */
  private final class Machine {

    private final String node;
    private final Path home;
    private final List<AgentProcess> agents = new ArrayList<>();
    private String state = "inactive";

    Machine(String node) throws IOException {
      this.node = node;
      this.home = Files.createDirectories(folder.resolve(node));
      Files.writeString(home.resolve("installed"), AgentProcess.jar().toString());
      Files.writeString(
          home.resolve("config.yml"),
          "host: 127.0.0.1\nport: %d\nfiles: %s\n"
              .formatted(consul.httpPort(node), folder.resolve("update/task.yml")));
    }

    AgentProcess agent() {
      return agents.get(agents.size() - 1);
    }

    void start() {
      Path jar = installed();
      Path log = folder.resolve(node + "-" + agents.size() + ".log");
      List<String> settings = List.of("--config", home.resolve("config.yml").toString());
      agents.add(AgentProcess.start(log, jar, List.of(), settings, environment));
      become("activating");
    }

    Path installed() {
      try {
        return Path.of(Files.readString(home.resolve("installed")).strip());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** In one step, for whoever reads it at this moment. */
    private void become(String next) {
      try {
        Path draft = Files.writeString(folder.resolve(node + ".state"), next);
        Files.move(draft, home.resolve("state"), StandardCopyOption.REPLACE_EXISTING);
        state = next;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    boolean isAway() {
      return !state.equals("active");
    }

    /** A step of the service manager's, if one is due. */
    void attend() {
      switch (state) {
        case "active" -> {
          if (home.resolve("asked").toFile().delete()) {
            wellAtRestart.add(well());
            agent().terminate();
            become("deactivating");
          }
        }
        case "deactivating" -> {
          if (!agent().isAlive()) {
            start();
          }
        }
        default -> {
          if (!agent().isAlive()) {
            start(); // as it says, `Restart=on-failure`
          } else if (agent().log().contains("state=created")) {
            become("active");
          }
        }
      }
    }
  }

  @BeforeEach
  void cluster() throws IOException {
    Files.createDirectories(folder.resolve("update"));
    Files.copy(Path.of(EXAMPLE), folder.resolve("update/task.yml"));
    Path programs = folder.resolve("bin");
    Program.write(programs.resolve("apt-get"), APT_GET);
    Program.write(programs.resolve("systemctl"), SYSTEMCTL);
    Program.write(programs.resolve("metronome"), LAUNCHER);
    environment =
        Map.of(
            "PATH", programs + ":" + System.getenv("PATH"),
            "MACHINES", folder.toString(),
            "JAVA", System.getProperty("java.home") + "/bin/java");
    consul = ConsulCluster.start(1, List.of(APP, LB));
    keys = new ConsulKeys(consul.http(DB));
    for (String node : List.of(APP, LB, DB)) {
      machines.put(node, new Machine(node));
      machines.get(node).start(); // the first one leads
      attendUntil("agents run", () -> machines.values().stream().noneMatch(Machine::isAway));
    }
    await("all are well").atMost(PATIENCE).until(() -> well() == 3);
    mostAway = 0;
  }

  @AfterEach
  void end() {
    if (command != null) {
      command.destroyForcibly();
    }
    machines.values().forEach(machine -> machine.agents.forEach(AgentProcess::close));
    consul.close();
  }

  /** How many agents Consul finds well. */
  private long well() {
    return keys.get("/v1/health/service/metronome?passing").size();
  }

  private void attendUntil(String what, BooleanSupplier isSo) {
    await(what)
        .atMost(PATIENCE)
        .pollInSameThread()
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              machines.values().forEach(Machine::attend);
              long away = machines.values().stream().filter(Machine::isAway).count();
              mostAway = Math.max(mostAway, (int) away);
              return isSo.getAsBoolean();
            });
  }

  /** By the command that the example names, on one of the machines. */
  private void fire(String version) throws IOException {
    ProcessBuilder line =
        new ProcessBuilder(
            folder.resolve("bin/metronome").toString(),
            "fire",
            "update_metronome",
            "--param",
            "version=" + version,
            "--wait");
    line.environment().putAll(environment);
    line.environment().put("METRONOME_NODE", DB);
    line.redirectErrorStream(true).redirectOutput(said().toFile());
    command = line.start();
  }

  /** Attends to the machines until the command ends, and so the event. */
  private void assertExits(int code) throws IOException {
    attendUntil("the event ends", () -> !command.isAlive());
    assertThat(command.exitValue()).as(Files.readString(said())).isEqualTo(code);
  }

  private Path said() {
    return folder.resolve("fire.log");
  }

  private List<String> journal() throws IOException {
    Path file = folder.resolve("journal");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  private JsonNode presence(String node) {
    return keys.json("metronome/nodes/" + node + "/agent").orElseThrow();
  }

  /** The command line of its agent. */
  private static List<String> running(Machine machine) {
    return ProcessHandle.of(machine.agent().pid())
        .flatMap(process -> process.info().arguments())
        .map(List::of)
        .orElseThrow();
  }

  /** The present program under another version's name, and with another file in it. */
  private Path version(String file, String text) throws IOException {
    Path draft = folder.resolve("draft.jar");
    Files.copy(AgentProcess.jar(), draft);
    try (FileSystem inside = FileSystems.newFileSystem(draft)) {
      Files.writeString(inside.getPath("metronome.properties"), "version=" + NEW + "\n");
      Files.writeString(inside.getPath(file), text);
    }
    Path jar = Files.createDirectories(folder.resolve("versions")).resolve(NEW + ".jar");
    return Files.move(draft, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  private void assertReplacedOnceAndOneAtATime() throws IOException {
    assertThat(mostAway).as("agents away at once").isEqualTo(1);
    assertThat(journal())
        .containsExactly(
            "install " + APP,
            "restart " + APP,
            "install " + LB,
            "restart " + LB,
            "install " + DB,
            "restart " + DB);
    assertThat(wellAtRestart).as("agents well when one was stopped").containsExactly(3L, 3L, 3L);
  }

  @Test
  void three_agents_are_replaced_one_at_a_time_by_an_event_that_they_run_themselves()
      throws IOException {
    Path jar = version("unread", "");
    assertThat(machines.get(APP).agent().leads()).isTrue();

    fire(NEW);

    assertExits(0);

    assertReplacedOnceAndOneAtATime();
    for (Machine machine : machines.values()) {
      assertThat(machine.agents).as(machine.node).hasSize(2);
      assertThat(running(machine)).contains(jar.toString());
      assertThat(presence(machine.node).path("Version").asText()).isEqualTo(NEW);
      assertThat(presence(machine.node).path("Pid").asLong()).isEqualTo(machine.agent().pid());
      assertThat(machine.agents.get(0).log()).contains("state=stopped");
    }
  }

  @Test
  void a_version_that_is_not_to_be_had_replaces_nobody() throws IOException {
    fire("98.0.0");

    assertExits(1);
    assertThat(journal()).isEmpty();
    assertThat(Files.readString(said())).contains("2 nodes not reached");
    assertThat(mostAway).isZero();
    assertThat(machines.values()).allMatch(machine -> machine.agents.size() == 1);
  }

  @Test
  void the_next_is_not_touched_while_one_does_not_come_back() throws IOException {
    version("routes/execute.camel.yaml", "- route: {id: execute, from: {uri: 'missing:x'}}");
    fire(NEW);
    Machine first = machines.get(APP);
    attendUntil("it fails to start", () -> first.agents.size() > 3);
    assertThat(journal()).containsExactly("install " + APP, "restart " + APP);
    assertThat(first.agents.get(1).log()).contains("execute.camel.yaml");

    version("unread", "");

    assertExits(0);
    assertReplacedOnceAndOneAtATime();
  }
}
