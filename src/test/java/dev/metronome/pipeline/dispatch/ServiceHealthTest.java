package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.Catalog;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.InstanceHealth;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.testing.FaultyConsul;
import dev.metronome.testing.NodeStates;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How the leader follows the health that a task waits for. */
@Tag("consul")
class ServiceHealthTest {

  private final EmbeddedConsul consul = EmbeddedConsul.start();
  private final FaultyConsul faulty = FaultyConsul.before(consul.agent("leader"));
  private final ConsulConnection connection = faulty.connection();
  private final AtomicInteger woken = new AtomicInteger();
  private final ServiceHealth health =
      new ServiceHealth(new Catalog(connection), woken::incrementAndGet);

  @BeforeEach
  void register() {
    NodeStates.service(consul, "n1", "app", "app", "blue");
    check("passing");
  }

  @AfterEach
  void close() {
    health.close();
    connection.close();
    faulty.close();
    consul.close();
  }

  private void check(String status) {
    NodeStates.check(consul, "n1", "app", "http", status);
  }

  private void checkAndBeWoken(String status) {
    int before = woken.get();
    check(status);
    await().until(() -> woken.get() > before);
  }

  private List<Boolean> look() {
    return health.look("app").stream()
        .map(state -> state.stream().allMatch(InstanceHealth::isPassing))
        .toList();
  }

  private int requestsOfALook() {
    faulty.requests().clear();
    look();
    return faulty.requests().size();
  }

  @Test
  void a_flap_between_two_looks_is_seen_and_wakes_who_waits() {
    health.follow(true);
    assertThat(look()).containsExactly(true);
    await().until(() -> woken.get() > 0);
    assertThat(look()).containsOnly(true);

    checkAndBeWoken("critical");
    checkAndBeWoken("passing");

    assertThat(look()).contains(false).endsWith(true);
    assertThat(look()).containsExactly(true);
  }

  @Test
  void looks_cost_nothing_while_it_is_followed_and_nobody_follows_it_when_nobody_waits() {
    health.follow(true);
    look();
    await().until(() -> woken.get() > 0);
    await().until(() -> requestsOfALook() == 0);

    health.close();
    check("critical");
    faulty.requests().clear();
    await()
        .during(Duration.ofMillis(300))
        .until(() -> faulty.requests().stream().noneMatch(each -> each.toString().contains("app")));
  }

  @Test
  void more_states_between_two_looks_than_are_kept_are_no_health() {
    health.follow(true);
    look();
    await().until(() -> woken.get() > 0);
    look();

    for (int change = 0; change < 70; change++) {
      int before = woken.get();
      check(change % 2 == 0 ? "warning" : "passing");
      await()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> woken.get() > before);
    }

    List<List<InstanceHealth>> states = health.look("app");
    assertThat(states).hasSizeLessThan(70).startsWith(List.of());
    assertThat(states.get(states.size() - 1)).allMatch(InstanceHealth::isPassing).isNotEmpty();
  }

  @Test
  void who_does_not_lead_reads_it_each_time() {
    assertThat(requestsOfALook()).isEqualTo(1);
    assertThat(requestsOfALook()).isEqualTo(1);
    health.follow(true);
    health.follow(false);
    assertThat(requestsOfALook()).isEqualTo(1);
  }
}
