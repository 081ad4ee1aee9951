package dev.metronome.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What the faults of other tests rest on. */
class ConsulClusterIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @Test
  void agents_can_be_paused_stopped_killed_and_started_again() {
    try (ConsulCluster cluster = ConsulCluster.start(1, List.of("alpha", "beta"))) {
      Readiness server = new Readiness(cluster.httpPort("server-0"));
      Readiness alpha = new Readiness(cluster.httpPort("alpha"));
      assertThat(cluster.nodes()).containsExactly("server-0", "alpha", "beta");
      Awaitility.await()
          .atMost(PATIENCE)
          .until(server::liveNodes, Set.of("server-0", "alpha", "beta")::equals);

      cluster.pause("alpha");
      assertThat(alpha.hasLeader()).isFalse();
      cluster.resume("alpha");
      Awaitility.await().atMost(PATIENCE).until(alpha::hasLeader);

      cluster.stop("beta");
      Awaitility.await()
          .atMost(PATIENCE)
          .until(server::liveNodes, Set.of("server-0", "alpha")::equals);
      cluster.restart("beta");
      Awaitility.await().atMost(PATIENCE).until(() -> server.liveNodes().contains("beta"));

      cluster.kill("server-0");
      assertThat(alpha.hasLeader()).isFalse();
      cluster.restart("server-0");
      Awaitility.await().atMost(PATIENCE).until(alpha::hasLeader);
    }
  }

  @Test
  void three_servers_go_on_without_one() {
    try (ConsulCluster cluster = ConsulCluster.start(3, List.of("alpha"))) {
      cluster.kill("server-0");
      Readiness alpha = new Readiness(cluster.httpPort("alpha"));
      Awaitility.await()
          .atMost(PATIENCE)
          .until(
              () ->
                  alpha.hasLeader()
                      && alpha.liveNodes().equals(Set.of("server-1", "server-2", "alpha")));
    }
  }
}
