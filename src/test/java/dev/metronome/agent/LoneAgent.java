package dev.metronome.agent;

import static org.awaitility.Awaitility.await;

import java.time.Duration;

/** The only agent of a cluster, which leads it, and who asks it on its port. */
record LoneAgent(AgentCluster cluster, Agent agent, Http http) implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Starts agent a of the cluster, which is closed with it; returns once it leads and says so. */
  static LoneAgent start(AgentCluster cluster) throws InterruptedException {
    try {
      Agent agent = cluster.started("a");
      await().atMost(PATIENCE).until(agent::isLeader);
      await().atMost(PATIENCE).until(() -> !cluster.text(cluster.keys.presence("a")).isEmpty());
      return new LoneAgent(cluster, agent, new Http(agent.port()));
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  int port() {
    return agent.port();
  }

  /** Has an event accepted, and returns once its first task runs. */
  void run(String id, String event) {
    cluster.fire(id, event);
    await()
        .atMost(PATIENCE)
        .until(() -> cluster.text(cluster.keys.result(id, 0, "a")).contains("inprogress"));
  }

  @Override
  public void close() {
    cluster.close();
  }
}
