package dev.metronome.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.testing.FaultyConsul;
import dev.metronome.testing.LogLines;
import dev.metronome.testing.Member;
import dev.metronome.testing.Unhurried;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One session for a process, whatever happens to it. */
class SessionKeeperTest {

  private final EmbeddedConsul consul = EmbeddedConsul.start();
  private final Member member = Member.of(consul, "a");
  private final List<String> told = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    member.close();
    consul.close();
  }

  private final class Recorder implements SessionKeeper.Listener {
    @Override
    public void gained(String session) {
      told.add("+" + session);
    }

    @Override
    public void lost(String session) {
      told.add("-" + session);
    }
  }

  @Test
  void it_registers_the_service_and_holds_a_session() {
    member.sessions().listen(new Recorder());

    String session = member.join().session();

    await().until(() -> told.contains("+" + session));
    assertThat(new Catalog(member.connection()).instances("metronome", Optional.empty()))
        .containsExactly(
            new Catalog.Instance("a", "metronome-a", NodeHealth.ALIVE, true, true, Map.of()));
  }

  @Test
  void a_session_that_was_destroyed_is_replaced_once_somebody_suspects_it() {
    member.sessions().listen(new Recorder());
    member.join();

    String first = member.destroySession();
    member.sessions().suspect();

    await().until(() -> told.size() >= 3);
    assertThat(told).startsWith("+" + first, "-" + first);
    assertThat(member.session()).isNotEqualTo(first);
  }

  @Test
  void a_session_is_given_up_by_the_own_clock_and_its_locks_with_the_next_one() {
    // A Consul whose clock stands still keeps a session for ever, as a real one does for 2 TTL.
    try (EmbeddedConsul slow = EmbeddedConsul.start(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
        Member paused = Member.of(slow, "a", Duration.ofSeconds(10))) {
      paused.sessions().listen(new Recorder());
      String first = paused.join().session();
      byte[] value = "x".getBytes(StandardCharsets.UTF_8);
      paused.connection().commit(new Transaction().lock("k", value, first));

      slow.disconnect("a");
      await().until(() -> paused.sessions().current().isEmpty());
      await().until(() -> told.contains("-" + first));
      slow.reconnect("a");

      await().until(() -> told.size() >= 3);
      String second = paused.session();
      assertThat(paused.connection().commit(new Transaction().lock("k", value, second)).isDone())
          .isTrue();
    }
  }

  /** By its own clock; Consul itself takes up to twice the TTL, and never less than it. */
  @Test
  void renewals_that_fail_leave_time_for_others() {
    Duration ttl = Duration.ofSeconds(16);
    try (FaultyConsul faulty = FaultyConsul.before(consul.agent("a"));
        ConsulConnection connection = faulty.connection();
        SessionKeeper keeper = new SessionKeeper(connection, member.registration(), ttl)) {
      keeper.listen(new Recorder());
      faulty.next(2, "/v1/session/renew", FaultyConsul.Fault.FAILING);
      keeper.start();

      await().until(() -> renewals(faulty) >= 3);
      await().until(() -> keeper.current().isPresent());
      assertThat(told).as("gained, and never lost").hasSize(1);
    }
  }

  private static long renewals(FaultyConsul faulty) {
    return faulty.requests().stream().filter(it -> it.contains("/v1/session/renew")).count();
  }

  @Test
  void every_listener_is_told_of_a_session_though_one_fails() {
    AtomicInteger calls = new AtomicInteger();
    member
        .sessions()
        .listen(
            new SessionKeeper.Listener() {
              @Override
              public void gained(String session) {
                if (calls.incrementAndGet() < 3) {
                  throw new ConsulUnavailableException("not now", null);
                }
              }

              @Override
              public void lost(String session) {
                throw new IllegalStateException("not now");
              }
            });
    member.sessions().listen(new Recorder());

    String first = member.join().session();

    await().until(() -> told.contains("+" + first));
    await().until(() -> calls.get() == 3);
    member.destroySession();
    member.sessions().suspect();
    await().until(() -> told.size() >= 3);
    assertThat(told.get(1)).isEqualTo("-" + first);
    await().until(() -> calls.get() == 4);
  }

  @Test
  void waiting_ends_with_a_session_or_with_the_time() throws InterruptedException {
    assertThat(member.sessions().await(Duration.ofMillis(100))).isEmpty();

    member.sessions().start();

    assertThat(member.sessions().await(Unhurried.PATIENCE)).isPresent();
  }

  @Test
  void close_frees_the_locks_at_once() {
    String session = member.join().session();
    byte[] value = "x".getBytes(StandardCharsets.UTF_8);
    member.connection().commit(new Transaction().lock("k", value, session));

    member.sessions().close();

    try (ConsulConnection other = Member.connection(consul, "b")) {
      assertThat(other.get("k").orElseThrow().isLocked()).isFalse();
    }
    assertThat(member.sessions().current()).isEmpty();
  }

  @Test
  void it_starts_while_consul_is_down_and_has_a_session_when_it_comes() {
    consul.disconnect("a");
    member.sessions().start();
    assertThat(member.sessions().current()).isEmpty();

    consul.reconnect("a");

    assertThat(member.session()).isNotEmpty();
  }

  @Test
  void that_the_check_of_a_killed_agent_is_still_critical_is_no_warning() {
    try (LogLines log = LogLines.below("dev.metronome");
        FaultyConsul faulty = FaultyConsul.before(consul.agent("a"));
        ConsulConnection connection = faulty.connection();
        SessionKeeper keeper =
            new SessionKeeper(connection, member.registration(), Duration.ofMinutes(3))) {
      faulty.next(2, "/v1/session/create", FaultyConsul.Fault.CRITICAL);
      keeper.start();

      await().until(() -> !log.with("state=created").isEmpty());
      assertThat(log.lines()).hasSize(2);
      assertThat(log.lines().get(0))
          .startsWith("INFO session=a state=waiting until Consul has seen that this agent lives: ");
    }
  }

  @Test
  void that_the_check_stays_critical_is_a_warning() {
    try (LogLines log = LogLines.below("dev.metronome");
        FaultyConsul faulty = FaultyConsul.before(consul.agent("a"));
        ConsulConnection connection = faulty.connection();
        SessionKeeper keeper =
            new SessionKeeper(connection, member.registration(), Duration.ofSeconds(1))) {
      faulty.next(Integer.MAX_VALUE, "/v1/session/create", FaultyConsul.Fault.CRITICAL);
      keeper.start();

      await().until(() -> !log.with("WARNING session=a state=failing").isEmpty());
      assertThat(log.with("state=waiting")).hasSize(1);
    }
  }
}
