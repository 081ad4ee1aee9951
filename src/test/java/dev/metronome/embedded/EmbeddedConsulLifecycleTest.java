package dev.metronome.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What only the embedded Consul can do: open and close agents at will, and vanish. */
class EmbeddedConsulLifecycleTest {

  @Test
  void each_node_has_an_agent_of_its_own_over_one_store() {
    try (EmbeddedConsul consul = EmbeddedConsul.start()) {
      URI one = consul.agent("one");
      assertThat(consul.agent("one")).isEqualTo(one);
      assertThat(consul.agent("two")).isNotEqualTo(one);
      assertThat(one.getHost()).isEqualTo("127.0.0.1");
      new ConsulHttp(one).put("/v1/kv/a", "x");
      assertThat(new ConsulHttp(consul.agent("two")).get("/v1/kv/a?raw").text()).isEqualTo("x");
    }
  }

  @Test
  void a_disconnected_agent_refuses_and_comes_back_on_its_port_with_its_registrations() {
    try (EmbeddedConsul consul = EmbeddedConsul.start()) {
      ConsulHttp agent = new ConsulHttp(consul.agent("one"));
      agent.put("/v1/agent/service/register", "{\"Name\":\"web\"}");
      var watch = agent.watch("/v1/kv/a", 1_000_000, "9m");
      BlockingContract.assertStillWaiting(watch);
      consul.disconnect("one");
      assertThat(watch).failsWithin(BlockingContract.SOON);
      assertThatThrownBy(() -> agent.get("/v1/agent/self"))
          .hasCauseInstanceOf(ConnectException.class);
      consul.reconnect("one");
      assertThat(agent.get("/v1/agent/services").json().has("web")).isTrue();
    }
  }

  @Test
  void closing_ends_waiting_queries_at_once_and_leaves_no_thread() {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    EmbeddedConsul consul = EmbeddedConsul.start();
    ConsulHttp agent = new ConsulHttp(consul.agent("one"));
    var watch = agent.watch("/v1/kv/a", 1_000_000, "9m");
    BlockingContract.assertStillWaiting(watch);
    long start = System.nanoTime();
    consul.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BlockingContract.SOON);
    Awaitility.await().atMost(BlockingContract.SOON).until(watch::isDone);
    Awaitility.await()
        .atMost(BlockingContract.SOON)
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> !before.contains(thread))
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.startsWith("embedded-consul-")));
  }
}
