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

  private final Path path;
  private final Map<String, AgentProcess> agents = new LinkedHashMap<>();
  private final Map<String, Meter> meters = new TreeMap<>();

  private Fleet(Path path) {
    this.path = path;
  }

  static Fleet start(Path path, ConsulCluster cluster, Launcher launcher, Workshop workshop)
      throws IOException, InterruptedException {
    Fleet fleet = new Fleet(path);
    try {
      for (String node : Lab.NODES) {
        int port = fleet.port(node, cluster.httpPort(node));
        fleet.agents.put(node, workshop.agent(launcher, node, port));
      }
      for (AgentProcess agent : fleet.agents.values()) {
        agent.await();
      }
      return fleet;
    } catch (IOException | InterruptedException | RuntimeException e) {
      fleet.close();
      throw e;
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
