package dev.metronome.base.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.metronome.testing.AgentProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The agents of one scenario, one a node, each behind a proxy of its own. */
final class ScenarioAgents implements AutoCloseable {

  /** A session that no test sees the end of: whatever comes sooner does not come by that. */
  private static final String LASTING = "10m";

  private final Site site;
  private final String prefix;
  private final Map<String, ConsulProxy> proxies = new TreeMap<>();
  private final Map<String, AgentProcess> agents = new LinkedHashMap<>();
  private final List<AgentProcess> stopping = new ArrayList<>();
  private final List<AgentProcess> replaced = new ArrayList<>();
  private final List<String> options = new ArrayList<>();
  private final List<Path> logs = new ArrayList<>();

  ScenarioAgents(Bench bench, Site site, String prefix) {
    this.site = site;
    this.prefix = prefix;
    for (String node : Bench.NODES) {
      proxies.put(node, ConsulProxy.before(node, bench.consul().httpPort(node)));
    }
  }

  /** Settings of all agents that are started from now on. */
  void with(List<String> more) {
    options.addAll(more);
  }

  /** Starts an agent, also in the place of another one; does not wait. */
  AgentProcess start(String node, List<String> jvm, List<String> more) {
    List<String> all = new ArrayList<>(common(node));
    all.addAll(options);
    all.addAll(more);
    Path log = site.folder().resolve(node + "-" + logs.size() + ".log");
    logs.add(log);
    AgentProcess agent = AgentProcess.start(log, jvm, all);
    AgentProcess before = agents.put(node, agent);
    if (before != null) {
      replaced.add(before);
    }
    return agent;
  }

  /** Starts one more agent on a node, which does not take the other's place; does not wait. */
  AgentProcess beside(String node, List<String> more) {
    List<String> all = new ArrayList<>(common(node));
    all.addAll(options);
    all.addAll(more);
    Path log = site.folder().resolve("beside-" + replaced.size() + ".log");
    AgentProcess agent = AgentProcess.start(log, List.of(), all);
    replaced.add(agent);
    return agent;
  }

  private List<String> common(String node) {
    return List.of(
        "-host=127.0.0.1",
        "-port",
        Integer.toString(proxies.get(node).port()),
        "--prefix",
        prefix,
        "--config",
        site.config().toString(),
        "--files",
        site.taskFile().toString(),
        "--start-timeout",
        "120s",
        "--session-ttl",
        LASTING);
  }

  AgentProcess agent(String node) {
    return agents.get(node);
  }

  /** Nodes without a living agent. */
  List<String> absent() {
    return Bench.NODES.stream()
        .filter(node -> !agents.containsKey(node) || !agents.get(node).isAlive())
        .toList();
  }

  /** Nodes for which none was ever started. */
  List<String> unborn() {
    return Bench.NODES.stream().filter(node -> !agents.containsKey(node)).toList();
  }

  /** SIGTERM. */
  void terminate(String node) {
    agents.get(node).terminate();
    stopping.add(agents.get(node));
  }

  void resumeAll() {
    agents.values().stream().filter(AgentProcess::isAlive).forEach(AgentProcess::resume);
  }

  /** Waits for those that are about to end. */
  void awaitStopped() {
    stopping.forEach(AgentProcess::awaitExit);
    stopping.clear();
  }

  ConsulProxy proxy(String node) {
    return proxies.get(node);
  }

  List<ConsulProxy> proxies() {
    return List.copyOf(proxies.values());
  }

  /** Everything that agents of these nodes have said. */
  String log(List<String> nodes) {
    return logs.stream()
        .filter(log -> nodes.stream().anyMatch(n -> log.getFileName().toString().startsWith(n)))
        .map(ScenarioAgents::read)
        .collect(Collectors.joining("\n"));
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), UTF_8); // be it in the middle of a character
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    agents.values().forEach(AgentProcess::close);
    replaced.forEach(AgentProcess::close);
    proxies.values().forEach(ConsulProxy::close);
  }
}
