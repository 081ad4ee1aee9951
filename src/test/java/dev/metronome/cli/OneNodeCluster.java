package dev.metronome.cli;

import static org.awaitility.Awaitility.await;

import dev.metronome.agent.Agent;
import dev.metronome.config.Configuration;
import dev.metronome.config.ConfigurationReader;
import dev.metronome.config.Machine;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.model.record.Keys;
import dev.metronome.pipeline.membership.Roster;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An embedded Consul of one node, with an agent there if wanted. */
final class OneNodeCluster implements AutoCloseable {
  static final Keys KEYS = new Keys(Keys.DEFAULT_PREFIX);

  private final EmbeddedConsul consul = EmbeddedConsul.start();
  private final URI address = consul.agent("n1");
  private final ConsulConnection connection = connect();
  private Agent agent;

  /** Where nodes can be put into other states. */
  EmbeddedConsul consul() {
    return consul;
  }

  /** With an agent that knows these task files, as the pattern hello; the cluster knows of it. */
  static OneNodeCluster running(Path folder, String tasks) throws Exception {
    return running(folder, tasks, "1h");
  }

  /** The same; an event that no node matches ends after so long, but so may one that is slow. */
  static OneNodeCluster running(Path folder, String tasks, String startTimeout) throws Exception {
    Path file = folder.resolve("hello/task.yml");
    Files.createDirectories(file.getParent());
    Files.writeString(file, tasks);
    OneNodeCluster cluster = new OneNodeCluster();
    try {
      cluster.withAgent(folder, file, startTimeout).awaitAgent();
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  OneNodeCluster withAgent(Path folder, Path taskFile) throws InterruptedException {
    return withAgent(folder, taskFile, "1h");
  }

  private OneNodeCluster withAgent(Path folder, Path taskFile, String startTimeout)
      throws InterruptedException {
    Map<String, String> flags = new LinkedHashMap<>();
    flags.put("host", address.getHost());
    flags.put("port", Integer.toString(address.getPort()));
    flags.put("http-port", "0");
    flags.put("warm-up", "false");
    flags.put("files", taskFile.toString());
    flags.put("start-timeout", startTimeout);
    flags.put("session-ttl", "10m"); // no pause of the machine ends a session
    flags.put("check-interval", "1m");
    flags.put("kill-grace", "1s");
    flags.put("grace-period", "0s");
    Machine machine = new Machine(Map.of(), folder, folder.resolve("etc"), folder.resolve("run"));
    Configuration configuration =
        new ConfigurationReader(machine).read(Optional.empty(), flags, List.of());
    agent = new Agent(configuration, System.getenv(), "test");
    agent.start();
    return this;
  }

  /**
   * With an agent of this config.yml, which gets lines for Consul and for the agent's port: a
   * command with that file and nothing else finds both.
   */
  OneNodeCluster withAgentOf(Path config) throws Exception {
    Files.writeString(
        config,
        "host: %s\nport: %d\n".formatted(address.getHost(), address.getPort()),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    Path folder = config.getParent();
    Machine machine = new Machine(Map.of(), folder, folder.resolve("etc"), folder.resolve("run"));
    Map<String, String> flags =
        Map.of("http-port", "0", "warm-up", "false", "session-ttl", "10m", "check-interval", "1m");
    agent =
        new Agent(
            new ConfigurationReader(machine).read(Optional.of(config.toString()), flags, List.of()),
            System.getenv(),
            "test");
    agent.start();
    Files.writeString(config, "http-port: " + agent.port() + "\n", StandardOpenOption.APPEND);
    return this;
  }

  /** Returns once the cluster knows of the agent, and that it leads. */
  void awaitAgent() {
    await().until(() -> !Roster.read(connection, KEYS).isEmpty());
    await().until(() -> connection.get(KEYS.leader()).filter(Entry::isLocked).isPresent());
  }

  /** What a command needs to find it. */
  Shell shell(Path folder) {
    return Shell.in(folder)
        .environment("METRONOME_HOST", address.getHost())
        .environment("METRONOME_PORT", Integer.toString(address.getPort()));
  }

  /** Names below a prefix, without the prefix. */
  List<String> names(String prefix) {
    return connection.names(prefix).stream().map(name -> name.substring(prefix.length())).toList();
  }

  /** IDs of the events that wait, in the order of their letters. */
  List<String> waiting() {
    return connection.names(KEYS.eventQueue()).stream()
        .flatMap(key -> KEYS.eventId(key).stream())
        .toList();
  }

  /** What stands at a key; empty if nothing does. */
  String text(String key) {
    return connection
        .get(key)
        .map(entry -> new String(entry.value(), StandardCharsets.UTF_8))
        .orElse("");
  }

  ConsulConnection connection() {
    return connection;
  }

  private ConsulConnection connect() {
    Map<String, String> flags =
        Map.of("host", address.getHost(), "port", Integer.toString(address.getPort()));
    Path nowhere = Path.of("/nowhere");
    return ConsulConnection.to(
        new ConfigurationReader(new Machine(Map.of(), nowhere, nowhere, nowhere))
            .read(Optional.empty(), flags, List.of())
            .consul());
  }

  @Override
  public void close() {
    if (agent != null) {
      agent.close();
    }
    connection.close();
    consul.close();
  }
}
