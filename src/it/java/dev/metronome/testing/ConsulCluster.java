package dev.metronome.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A cluster of real consul processes on loopback. Each agent is a node of its own, with ports of
 * its own; servers are named {@code server-0}, {@code server-1} and so on, and serve as agents of
 * their own nodes too.
 *
 * <p><b>Guarantees:</b> {@link #start} returns when there is a leader and every node stands alive
 * in the catalog; {@link #close}, or the end of the JVM, ends every process and deletes its data.
 *
 * <p>Threads: one at a time.
 */
public final class ConsulCluster implements AutoCloseable {
  private static final int ATTEMPTS = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** Many agents on few processors hear of one another slowly. */
  private static final Duration PATIENCE_TO_JOIN = Duration.ofMinutes(3);

  private final Map<String, ConsulProcess> agents = new LinkedHashMap<>();
  private final Path folder;
  private final List<Integer> seeds = new ArrayList<>();
  private final Thread atExit = new Thread(this::endAll, "consul-cluster-exit");

  private ConsulCluster(Path folder) {
    this.folder = folder;
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Starts a cluster; once more, with other ports, if one of them has been taken meanwhile.
   *
   * @param servers how many servers, 1 or 3
   * @param clientNodeNames the nodes that have a client agent
   * @throws IllegalStateException if the cluster does not come up, with the agents' last words
   */
  public static ConsulCluster start(int servers, List<String> clientNodeNames) {
    Path binary = RealConsul.binary();
    for (int attempt = 1; ; attempt++) {
      ConsulCluster cluster = new ConsulCluster(temporaryFolder());
      try {
        cluster.launch(new ConsulCommands(binary, cluster.folder, servers), clientNodeNames);
        return cluster;
      } catch (ConditionTimeoutException | ConsulEndedException e) {
        String words =
            cluster.agents.values().stream()
                .map(ConsulProcess::lastWords)
                .collect(Collectors.joining("\n"));
        cluster.close();
        if (attempt == ATTEMPTS) {
          throw new IllegalStateException("the Consul cluster did not come up\n" + words, e);
        }
      }
    }
  }

  /** An agent has ended by itself, most likely since a port of it was taken. */
  private static final class ConsulEndedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  public int httpPort(String node) {
    return agent(node).ports().http();
  }

  /** The address of a node's agent. */
  public URI http(String node) {
    return URI.create("http://127.0.0.1:" + httpPort(node));
  }

  /** Every node, servers first. */
  public List<String> nodes() {
    return List.copyOf(agents.keySet());
  }

  /** Ends an agent as an operator would: a client leaves the cluster in good order. */
  public void stop(String node) {
    agent(node).stop();
  }

  /** Ends an agent as a crash would; the others notice by gossip, after seconds. */
  public void kill(String node) {
    agent(node).kill();
  }

  /** Halts an agent where it is; its port accepts connections and does not answer. */
  public void pause(String node) {
    agent(node).pause();
  }

  /** Lets a halted agent go on. */
  public void resume(String node) {
    agent(node).resume();
  }

  /** Starts what has ended, lets go on what was halted, and waits until all is as at the start. */
  public void heal() {
    agents.values().stream().filter(ConsulProcess::isRunning).forEach(ConsulProcess::resume);
    agents.values().forEach(ConsulProcess::start);
    agents.values().forEach(agent -> awaitReady(agent, agents.keySet()));
  }

  /** Starts an agent that has ended, and does not wait for it. */
  public void startAgain(String node) {
    agent(node).start();
  }

  public boolean isRunning(String node) {
    return agent(node).isRunning();
  }

  /** Ends an agent, if it runs, and starts it again with its data and on its ports. */
  public void restart(String node) {
    agent(node).kill();
    agent(node).start();
    awaitReady(agent(node), Set.of(node));
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(atExit);
    endAll();
  }

  /**
   * Adds client agents, all at once, and waits until they stand alive in the catalog.
   *
   * @throws ConditionTimeoutException if one of them does not come up
   */
  public void join(List<String> clientNodeNames) {
    addClients(new ConsulCommands(RealConsul.binary(), folder, 1), clientNodeNames);
    List<ConsulProcess> added = clientNodeNames.stream().map(this::agent).toList();
    added.forEach(ConsulProcess::start);
    added.forEach(agent -> awaitReady(agent, Set.of(agent.node()), PATIENCE_TO_JOIN));
  }

  private void launch(ConsulCommands commands, List<String> clients) {
    Map<String, Ports> ports = new LinkedHashMap<>();
    for (int i = 0; i < commands.servers(); i++) {
      ports.put("server-" + i, Ports.free());
    }
    ports.values().forEach(own -> seeds.add(own.serfLan()));
    ports.forEach((node, own) -> add(node, own, commands.server(node, own, seeds)));
    addClients(commands, clients);
    agents.values().forEach(ConsulProcess::start);
    agents.values().forEach(agent -> awaitReady(agent, agents.keySet()));
  }

  private void addClients(ConsulCommands commands, List<String> clients) {
    for (String node : clients) {
      Ports own = Ports.free();
      add(node, own, commands.client(node, own, seeds));
    }
  }

  private void add(String node, Ports ports, List<String> command) {
    agents.put(node, new ConsulProcess(node, folder, ports, command));
  }

  private static void awaitReady(ConsulProcess agent, Set<String> nodes) {
    awaitReady(agent, nodes, PATIENCE);
  }

  private static void awaitReady(ConsulProcess agent, Set<String> nodes, Duration patience) {
    Readiness readiness = new Readiness(agent.ports().http());
    Awaitility.await("agent of " + agent.node())
        .atMost(patience)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              if (!agent.isRunning()) {
                throw new ConsulEndedException();
              }
              return readiness.hasLeader() && readiness.liveNodes().containsAll(nodes);
            });
  }

  private ConsulProcess agent(String node) {
    ConsulProcess agent = agents.get(node);
    if (agent == null) {
      throw new IllegalArgumentException("no agent of a node named " + node);
    }
    return agent;
  }

  private void endAll() {
    agents.values().forEach(ConsulProcess::kill);
    deleteAll(folder);
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("metronome-consul-");
    } catch (IOException e) {
      throw new UncheckedIOException("no folder for Consul's data", e);
    }
  }

  private static void deleteAll(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be deleted", e);
    }
  }
}
