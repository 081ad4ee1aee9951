package dev.metronome.embedded;

import dev.metronome.testing.ConsulCluster;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract, held against a real Consul: this is what makes it one. */
class RealConsulIT extends ConsulContract {
  private ConsulCluster cluster;
  private Profile profile;

  @BeforeAll
  void start() {
    cluster = ConsulCluster.start(1, List.of(ALPHA, BETA, DOOMED));
    String version = consul().get("/v1/agent/self").json().at("/Config/Version").asText();
    profile = Profile.like(version);
    System.out.println("contract held against Consul " + version + " as " + profile.label());
  }

  @AfterAll
  void close() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Override
  public ConsulHttp agent(String node) {
    return new ConsulHttp(cluster.http(node));
  }

  @Override
  public Profile profile() {
    return profile;
  }

  @Override
  public void fail(String node) {
    cluster.kill(node);
  }

  @Override
  public void recover(String node) {
    cluster.restart(node);
  }

  @Override
  public void elapse(Duration time) {
    Awaitility.await().pollDelay(time).atMost(time.plusMinutes(10)).until(() -> true);
  }
}
