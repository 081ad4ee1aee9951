package dev.metronome.bench;

import dev.metronome.testing.ConsulCluster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The agents of all nodes, each directly at its Consul agent or through a {@link Meter}. */
final class Fleet implements AutoCloseable {

  /** What stands between an agent and Consul. */
  enum Path {
    DIRECT,
    METERED
  }

  /** How many are started at once: more of them only wait for one another. */
  private static final int AT_ONCE = 5;

  private final Path path;
  private final ConsulCluster cluster;
  private final Launcher launcher;
  private final Workshop workshop;
  private final java.nio.file.Path taskFile;
  private final Map<String, AgentProcess> agents = new LinkedHashMap<>();
  private final Map<String, Meter> meters = new TreeMap<>();

  private Fleet(
      Path path,
      ConsulCluster cluster,
      Launcher launcher,
      Workshop workshop,
      java.nio.file.Path taskFile) {
    this.path = path;
    this.cluster = cluster;
    this.launcher = launcher;
    this.workshop = workshop;
    this.taskFile = taskFile;
  }

  /** The agents of these nodes of a cluster, when all of them have started. */
  static Fleet start(
      Path path, ConsulCluster cluster, List<String> nodes, Launcher launcher, Workshop workshop)
      throws IOException, InterruptedException {
    return start(path, cluster, nodes, launcher, workshop, workshop.workload().taskFile());
  }

  /** The same, with task files of their own. */
  static Fleet start(
      Path path,
      ConsulCluster cluster,
      List<String> nodes,
      Launcher launcher,
      Workshop workshop,
      java.nio.file.Path taskFile)
      throws IOException, InterruptedException {
    Fleet fleet = new Fleet(path, cluster, launcher, workshop, taskFile);
    try {
      fleet.add(nodes);
      return fleet;
    } catch (IOException | InterruptedException | RuntimeException e) {
      fleet.close();
      throw e;
    }
  }

  /** Those of more nodes of the same cluster. */
  void add(List<String> nodes) throws IOException, InterruptedException {
    for (int from = 0; from < nodes.size(); from += AT_ONCE) {
      List<String> some = nodes.subList(from, Math.min(nodes.size(), from + AT_ONCE));
      for (String node : some) {
        int port = port(node, cluster.httpPort(node));
        agents.put(node, workshop.agent(launcher, node, port, taskFile));
      }
      for (String node : some) {
        agents.get(node).await();
      }
    }
  }

  private int port(String node, int consulPort) throws IOException {
    if (path == Path.DIRECT) {
      return consulPort;
    }
    Meter meter = Meter.before(consulPort);
    meters.put(node, meter);
    return meter.port();
  }

  Path path() {
    return path;
  }

  /** What each agent has sent since, by node. */
  Map<String, List<Request>> requestsSince(long nanos) {
    Map<String, List<Request>> requests = new TreeMap<>();
    meters.forEach((node, meter) -> requests.put(node, meter.since(nanos)));
    return requests;
  }

  /** What is left in the heap of a node's agent after a full collection, in MB. */
  double liveHeap(String node) throws IOException {
    return agents.get(node).liveHeap();
  }

  /** The largest among the agents, in MB. */
  double largest(String field) throws IOException {
    double largest = 0;
    for (AgentProcess agent : agents.values()) {
      largest = Math.max(largest, agent.megabytes(field));
    }
    return largest;
  }

  @Override
  public void close() {
    new ArrayList<>(agents.values()).forEach(AgentProcess::close);
    meters.values().forEach(Meter::close);
  }
}
