package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.base.loop.Loop;
import dev.metronome.consul.Catalog;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.InstanceHealth;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.embedded.Profile;
import dev.metronome.testing.LogLines;
import dev.metronome.testing.Member;
import dev.metronome.testing.NodeStates;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What the leader believes of agents and services that a newer Consul tells of by its streams. */
class StreamedHealthTest {

  @AutoClose private final EmbeddedConsul consul = EmbeddedConsul.start(Profile.CONSUL_2_1);
  @AutoClose private final Member member = Member.of(consul, "n1");
  @AutoClose private final ConsulConnection connection = Member.connection(consul, "leader");
  private final AtomicInteger woken = new AtomicInteger();

  @AutoClose
  private final LiveAgents agents = new LiveAgents(new Catalog(connection), System::nanoTime);

  @AutoClose
  private final ServiceHealth health =
      new ServiceHealth(new Catalog(connection), woken::incrementAndGet);

  /** Until a blocking query has begun, whatever disturbs the views disturbs nobody. */
  private void disturb(Runnable how) {
    long before = connection.requests();
    await()
        .until(
            () -> {
              how.run();
              return connection.requests() > before + 3;
            });
  }

  @Test
  void views_that_are_reset_or_behind_take_no_agent_away_and_say_of_no_service_that_it_is_ill() {
    member.join();
    NodeStates.service(consul, "n1", "app", "app", "blue");
    NodeStates.check(consul, "n1", "app", "http", "passing");
    try (LogLines log = LogLines.below(Loop.class.getPackageName())) {
      agents.follow(true);
      health.follow(true);
      health.look("app");
      await().until(() -> woken.get() > 0);

      disturb(consul::resetViews);
      disturb(consul::lagViews);

      assertThat(agents.now()).hasSize(1);
      assertThat(health.look("app")).isNotEmpty().allMatch(StreamedHealthTest::isWell);
      NodeStates.check(consul, "n1", "app", "http", "critical");
      await().until(() -> health.look("app").stream().anyMatch(state -> !isWell(state)));
      assertThat(log.lines())
          .as("of another test's agents that end meanwhile are watches of keys")
          .allMatch(line -> line.contains("watch=metronome/"));
    }
  }

  private static boolean isWell(List<InstanceHealth> state) {
    return !state.isEmpty() && state.stream().allMatch(InstanceHealth::isPassing);
  }

  @Test
  void disturbed_views_make_no_hot_loop() {
    member.join();
    agents.follow(true);
    long before = connection.requests();
    await()
        .during(Duration.ofSeconds(1))
        .pollInterval(Duration.ofMillis(10))
        .until(
            () -> {
              consul.resetViews();
              return connection.requests() < before + 40;
            });
  }

  @Test
  void a_server_with_too_many_requests_is_asked_again_and_then_followed() {
    member.join();
    consul.overload(true);
    agents.follow(true);
    await().until(() -> connection.failures() > 1);
    consul.overload(false);
    await().ignoreExceptions().until(() -> agents.now().size() == 1);
  }
}
