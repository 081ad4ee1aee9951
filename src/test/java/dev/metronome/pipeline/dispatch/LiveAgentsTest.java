package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.Catalog;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.testing.FaultyConsul;
import dev.metronome.testing.Member;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a leader knows of its agents, and what that costs. */
@Tag("consul")
class LiveAgentsTest {

  private final EmbeddedConsul consul = EmbeddedConsul.start();
  private final FaultyConsul faulty = FaultyConsul.before(consul.agent("a"));
  private final ConsulConnection connection = faulty.connection();
  private final Member member = Member.of(consul, "b");
  private final AtomicLong nanos = new AtomicLong(1);
  private final LiveAgents agents = new LiveAgents(new Catalog(connection), nanos::get);

  @AfterEach
  void close() {
    agents.close();
    member.close();
    connection.close();
    faulty.close();
    consul.close();
  }

  private int requestsOfALook() {
    faulty.requests().clear();
    assertThat(agents.now()).hasSize(1);
    return faulty.requests().size();
  }

  @Test
  void who_does_not_follow_them_reads_them_each_time() {
    member.join();

    assertThat(requestsOfALook()).isEqualTo(1);
    assertThat(requestsOfALook()).isEqualTo(1);
  }

  @Test
  void who_follows_them_reads_them_once_in_75_s_of_silence() {
    member.join();
    agents.follow(true);
    await().until(() -> requestsOfALook() == 0);
    nanos.addAndGet(Duration.ofSeconds(74).toNanos());
    assertThat(requestsOfALook()).isZero();

    nanos.addAndGet(Duration.ofSeconds(1).toNanos());

    assertThat(requestsOfALook()).isEqualTo(1);
    assertThat(requestsOfALook()).isZero();
    agents.follow(false);
    assertThat(requestsOfALook()).isEqualTo(1);
  }
}
