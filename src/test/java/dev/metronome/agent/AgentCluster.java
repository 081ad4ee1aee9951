package dev.metronome.agent;

import dev.metronome.config.ConfigurationReader;
import dev.metronome.config.Machine;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.TaskResult;
import dev.metronome.pipeline.queue.EventQueue;
import dev.metronome.testing.Member;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.awaitility.Awaitility;

/** Whole agents on one embedded Consul, all with the task files of one folder. */
final class AgentCluster implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** A task file without events. */
  static final String NOTHING = "tasks: {}\nevents: {}\n";

  final EmbeddedConsul consul = EmbeddedConsul.start();
  final Keys keys = new Keys(Keys.DEFAULT_PREFIX);
  final ConsulConnection operator = Member.connection(consul, "operator");

  /** Where tasks write that they run, a line each. */
  final Path written;

  private final EventQueue events = new EventQueue(operator, keys, Clock.systemUTC());
  private final Path folder;
  private final List<Agent> agents = new ArrayList<>();
  private final Map<String, String> more = new HashMap<>();
  private final Map<String, String> variables = new HashMap<>(System.getenv());

  AgentCluster(Path folder) {
    this.folder = folder;
    this.written = folder.resolve("written");
  }

  AgentCluster pattern(String text) throws IOException {
    Path file = folder.resolve("web/task.yml");
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return this;
  }

  AgentCluster flag(String key, String value) {
    more.put(key, value);
    return this;
  }

  /** In the environment of the agents that are made from now on. */
  AgentCluster variable(String name, String value) {
    variables.put(name, value);
    return this;
  }

  Path route(String name, String text) throws IOException {
    Path file = folder.resolve("routes/" + name + ".camel.yaml");
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return file;
  }

  Agent agent(String node) {
    URI address = consul.agent(node);
    Map<String, String> flags = new HashMap<>();
    flags.put("reload-interval", "0"); // tests give two agents different files by editing one
    flags.put("http-port", "0");
    flags.put("warm-up", "false");
    flags.put("grace-period", "2s");
    flags.putAll(more);
    flags.put("host", address.getHost());
    flags.put("port", Integer.toString(address.getPort()));
    flags.put("protocol", "http");
    flags.put("files", folder.resolve("web/task.yml").toString());
    if (Files.exists(folder.resolve("routes"))) {
      flags.put("routes", folder.resolve("routes").toString());
    }
    Machine machine = new Machine(Map.of(), folder, folder.resolve("etc"), folder.resolve("run"));
    Agent agent =
        new Agent(
            new ConfigurationReader(machine).read(Optional.empty(), flags, List.of()),
            variables,
            "test");
    agents.add(agent);
    return agent;
  }

  Agent started(String node) throws InterruptedException {
    Agent agent = agent(node);
    agent.start();
    return agent;
  }

  void fire(String id, String name) {
    fire(id, name, Map.of());
  }

  void fire(String id, String name, Map<String, String> params) {
    fire(id, name, params, Optional.empty());
  }

  void fire(String id, String name, Map<String, String> params, Optional<String> traceparent) {
    Event event = Event.of(id, name, params, Clock.systemUTC().instant(), "fire", "test");
    events.accept(event.continuing(traceparent));
  }

  TaskResult task(String id, int no) {
    Entry entry = operator.get(keys.result(id, no)).orElseThrow();
    return Json.read(entry.key(), entry.value(), TaskResult.class);
  }

  Optional<EventResult> result(String id) {
    return operator
        .get(keys.result(id))
        .map(entry -> Json.read(entry.key(), entry.value(), EventResult.class));
  }

  EventResult ended(String id) {
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> result(id).filter(result -> result.status().isFinal()).isPresent());
    return result(id).orElseThrow();
  }

  /**
   * Returns once whoever leads has a task for every node run by these agents and no others; an
   * agent that has started is known to it a moment later, and so is one that has gone.
   *
   * @param event of one such task
   */
  void awaitTogether(String event, String... nodes) {
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () -> {
              String id = "together-" + UUID.randomUUID();
              fire(id, event);
              ended(id);
              return Set.copyOf(task(id, 0).targets()).equals(Set.of(nodes));
            });
  }

  List<String> runs() {
    try {
      return Files.exists(written) ? Files.readAllLines(written) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String text(String key) {
    return operator
        .get(key)
        .map(entry -> new String(entry.value(), StandardCharsets.UTF_8))
        .orElse("");
  }

  List<String> keys(String prefix) {
    return operator.list(prefix).value().stream()
        .map(Entry::key)
        .filter(key -> !key.endsWith("/")) // the key that keeps a watched prefix from being empty
        .toList();
  }

  @Override
  public void close() {
    agents.forEach(Agent::close);
    operator.close();
    consul.close();
  }
}
