package dev.metronome.agent;

import dev.metronome.config.Configuration;
import dev.metronome.config.ConfigurationException;
import dev.metronome.consul.Backoff;
import dev.metronome.consul.Catalog;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.record.Keys;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out what this agent is called: as the user says, else as its Consul agent is called. */
final class NodeName {

  private static final Logger LOG = LoggerFactory.getLogger(NodeName.class);
  private static final Duration REMINDER = Duration.ofMinutes(1);

  private NodeName() {}

  /**
   * Waits for Consul for as long as it takes, and says so once a minute.
   *
   * @throws InterruptedException if the agent is stopped meanwhile
   */
  static String find(
      Configuration configuration, ConsulConnection connection, CountDownLatch stopped)
      throws InterruptedException {
    Backoff backoff = new Backoff();
    long said = 0;
    while (true) {
      try {
        String own = new Catalog(connection).localNode();
        return checked(configuration.text("node").isEmpty() ? own : configuration.text("node"));
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

  private static String checked(String name) {
    if (!Keys.isSegment(name)) {
      throw new ConfigurationException(
          "the node name '"
              + name
              + "' may contain only letters, digits and ._:- characters; give another with --node");
    }
    return name;
  }
}
