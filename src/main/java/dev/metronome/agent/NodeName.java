package dev.metronome.agent;

import dev.metronome.base.loop.Backoff;
import dev.metronome.config.Configuration;
import dev.metronome.config.ConfigurationException;
import dev.metronome.consul.Catalog;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulDeniedException;
import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.consul.Registration;
import dev.metronome.model.record.Keys;
import dev.metronome.pipeline.dispatch.Targets;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this agent is called: as the user says, else as its Consul agent is called.
 *
 * @param consul what its Consul agent is called; likely, if that may not be asked
 * @param denied that it may not be asked
 */
record NodeName(String own, String consul, Optional<ConsulDeniedException> denied) {

  private static final Logger LOG = LoggerFactory.getLogger(NodeName.class);
  private static final Duration REMINDER = Duration.ofMinutes(1);

  /**
   * Waits for Consul for as long as it takes, and says so once a minute.
   *
   * @throws InterruptedException if the agent is stopped meanwhile
   */
  static NodeName find(
      Configuration configuration, ConsulConnection connection, CountDownLatch stopped)
      throws InterruptedException {
    Backoff backoff = new Backoff();
    long said = 0;
    while (true) {
      try {
        String own = new Catalog(connection).localNode();
        String given = configuration.text("node");
        return new NodeName(checked(given.isEmpty() ? own : given), own, Optional.empty());
      } catch (ConsulDeniedException e) {
        return likely(configuration, e);
      } catch (ConsulUnavailableException e) {
        if (said == 0 || System.nanoTime() - said >= REMINDER.toNanos()) {
          said = System.nanoTime();
          LOG.error("consul=unreachable, the agent goes on trying: {}", e.getMessage());
        }
      }
      if (stopped.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new InterruptedException("stopped while Consul was unreachable");
      }
    }
  }

  /** Consul calls a node as its machine is called, unless it is told otherwise. */
  private static NodeName likely(Configuration configuration, ConsulDeniedException denied) {
    String given = configuration.text("node");
    String name = given.isEmpty() ? machine().orElseThrow(() -> denied) : given;
    return new NodeName(name, name, Optional.of(denied));
  }

  private static Optional<String> machine() {
    try {
      return Optional.of(InetAddress.getLocalHost().getHostName()).filter(Keys::isSegment);
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /**
   * @throws ConsulDeniedException if the name is but a likely one
   */
  void demandCertain() {
    if (denied.isPresent()) {
      throw denied.get();
    }
  }

  /** Warns of a name that is not Consul's: which tasks for services of that node run here then. */
  void warn(Catalog catalog) {
    if (own.equals(consul)) {
      return;
    }
    try {
      LOG.warn(
          "node={} is not what Consul calls this node, {}: {}",
          own,
          consul,
          effect(beside(catalog)));
    } catch (ConsulUnavailableException e) {
      LOG.debug("node={}: who is beside it is not known: {}", own, e.getMessage());
    }
  }

  private List<String> beside(Catalog catalog) {
    return catalog.instances(Targets.AGENT_SERVICE, Optional.empty()).stream()
        .filter(agent -> agent.passing() && agent.node().equals(consul))
        .flatMap(agent -> Registration.nodeOf(Targets.AGENT_SERVICE, agent).stream())
        .filter(name -> !name.equals(own))
        .sorted()
        .toList();
  }

  private String effect(List<String> beside) {
    String tasks = "tasks for services of " + consul;
    if (beside.contains(consul)) {
      return tasks + " run on the agent " + consul + ", which is there too, and never on this one";
    }
    return beside.isEmpty()
        ? tasks + " run here as long as no other agent is beside it; leave --node out to be sure"
        : tasks
            + " run on each agent beside it, this one and "
            + String.join(", ", beside)
            + ", so more than once on one machine; run one agent there, without --node";
  }

  private static String checked(String name) {
    if (!Keys.isSegment(name)) {
      throw new ConfigurationException(
          "the node name '"
              + name
              + "' must have "
              + Keys.SEGMENT_RULE
              + "; give another with --node");
    }
    return name;
  }
}
