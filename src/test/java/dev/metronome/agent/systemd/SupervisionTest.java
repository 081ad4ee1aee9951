package dev.metronome.agent.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisionTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  @TempDir Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private final AtomicBoolean good = new AtomicBoolean(true);
  private StandIn notify;
  private Supervision supervision;

  @BeforeEach
  void a_systemd_that_wants_to_hear_something_every_40_ms() {
    notify = new StandIn(folder, "systemd-notify", "");
    environment.putAll(notify.environment());
    environment.put("NOTIFY_SOCKET", "/run/systemd/notify");
    environment.put("WATCHDOG_USEC", "40000");
  }

  @AfterEach
  void stop() {
    if (supervision != null) {
      supervision.close();
    }
  }

  private void start(Duration patience) {
    supervision = Supervision.of(environment, patience);
    supervision.start(good::get);
  }

  private long fed() {
    return notify.calls().stream().filter("WATCHDOG=1"::equals).count();
  }

  private void awaitCall(String call) {
    await().atMost(LONG).untilAsserted(() -> assertThat(notify.calls()).contains(call));
  }

  @Test
  void ready_is_said_when_the_agent_is_and_the_watchdog_is_fed_from_then_on() {
    start(LONG);
    supervision.ready();
    await().atMost(LONG).until(() -> fed() >= 3);
    assertThat(notify.calls()).startsWith("READY=1 STATUS=started", "WATCHDOG=1");
  }

  @Test
  void an_agent_that_waits_for_consul_does_not_hold_up_the_start() {
    start(Duration.ofMillis(10));
    await().atMost(LONG).until(() -> fed() >= 2);
    assertThat(notify.calls()).startsWith("READY=1 STATUS=waiting for Consul");
    supervision.ready();
    awaitCall("READY=1 STATUS=started");
  }

  @Test
  void the_watchdog_is_not_fed_while_the_agent_is_not_well() {
    List<Long> asked = new CopyOnWriteArrayList<>();
    supervision = Supervision.of(environment, LONG);
    supervision.start(
        () -> {
          asked.add(fed());
          return good.get();
        });
    supervision.ready();
    await().atMost(LONG).until(() -> fed() >= 1);
    good.set(false);
    int before = asked.size();
    await().atMost(LONG).until(() -> asked.size() >= before + 6);
    // One feed may have been on its way when the health turned.
    List<Long> meanwhile = List.copyOf(asked).subList(before + 2, before + 6);
    assertThat(meanwhile).containsOnly(meanwhile.get(0));
    good.set(true);
    long starved = fed();
    await().atMost(LONG).until(() -> fed() > starved);
  }

  @Test
  void stopping_is_the_last_thing_said() {
    start(LONG);
    supervision.ready();
    await().atMost(LONG).until(() -> fed() >= 1);
    supervision.close();
    supervision.close();
    assertThat(notify.calls()).endsWith("STOPPING=1 STATUS=stopping");
    assertThat(notify.calls()).filteredOn(call -> call.startsWith("STOPPING")).hasSize(1);
  }

  @Test
  void without_a_watchdog_only_the_state_is_said() {
    environment.remove("WATCHDOG_USEC");
    start(LONG);
    supervision.ready();
    awaitCall("READY=1 STATUS=started");
    supervision.close();
    assertThat(notify.calls())
        .containsExactly("READY=1 STATUS=started", "STOPPING=1 STATUS=stopping");
  }

  @Test
  void where_no_systemd_asks_nothing_is_started() {
    environment.remove("NOTIFY_SOCKET");
    start(Duration.ofMillis(1));
    supervision.ready();
    supervision.close();
    assertThat(notify.calls()).isEmpty();
  }

  @Test
  void what_is_for_the_agent_alone_is_not_passed_on() {
    environment.put("WATCHDOG_PID", "1");
    environment.put("RUNTIME_DIRECTORY", "/run/metronome");
    environment.put("STATE_DIRECTORY", "/var/lib/metronome");
    assertThat(Supervision.without(environment)).isEqualTo(notify.environment());
  }
}
