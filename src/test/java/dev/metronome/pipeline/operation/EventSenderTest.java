package dev.metronome.pipeline.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulSettings;
import dev.metronome.consul.UserEvent;
import dev.metronome.consul.UserEvents;
import dev.metronome.consul.Watch;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.signature.SigningKeys;
import dev.metronome.pipeline.intake.Admission;
import dev.metronome.pipeline.intake.Authenticity;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class EventSenderTest {
  @TempDir Path folder;
  private final EmbeddedConsul consul = EmbeddedConsul.start();
  private final List<UserEvent> seen = new CopyOnWriteArrayList<>();
  private ConsulConnection connection;
  private Watch<List<UserEvent>> watch;
  private Bench bench;

  @BeforeEach
  void set_up() {
    URI agent = consul.agent("one");
    connection = ConsulConnection.to(ConsulSettings.plain(agent.getHost(), agent.getPort()));
    watch = new UserEvents(connection).watch(seen::addAll);
    bench = new Bench(folder).set("port", Integer.toString(agent.getPort()));
  }

  @AfterEach
  void close() {
    watch.close();
    connection.close();
    consul.close();
  }

  private UserEvent fired() {
    await().until(() -> !seen.isEmpty());
    return seen.get(0);
  }

  @Test
  void an_event_carries_the_payload_token() {
    bench.set("payload-token", "open-sesame").param("next", "backup db");

    assertThat(bench.run("- consul-event: {name: '{{next}}'}")).isEqualTo(Outcome.success());
    assertThat(fired().name()).isEqualTo("backup db");
    assertThat(fired().payload()).contains("open-sesame");
    assertThat(bench.log()).containsExactly("[INFO ] fired event backup db as " + fired().id());
  }

  @Test
  void without_a_payload_token_it_is_the_acl_token_as_in_the_original() {
    bench.set("token", "acl-token");

    assertThat(bench.run("- consul-event: {name: x}")).isEqualTo(Outcome.success());
    assertThat(fired().payload()).contains("acl-token");
  }

  @Test
  void a_filter_reaches_consul() {
    assertThat(bench.run("- consul-event: {name: x, filter: {service: web, tag: blue}}"))
        .isEqualTo(Outcome.success());
    // Node one has no such service, so its agent drops the event; Consul had it all the same.
    assertThat(bench.log()).hasSize(1).first().asString().contains("fired event x as ");
    assertThat(bench.run("- consul-event: {name: y}")).isEqualTo(Outcome.success());
    assertThat(fired().name()).isEqualTo("y");
  }

  @Test
  void with_a_signing_key_the_event_is_signed_with_its_filters_and_no_token_is_shown() {
    String key = SigningKeys.newKey("k1");
    bench.set("signing-key", key).set("token", "acl-token");
    // Without a filter that this node matches, its agent would drop the event.
    connection
        .endpoints()
        .consul()
        .agentClient()
        .register(4711, 3_600L, "web", "web", List.of("blue"), Map.of());

    assertThat(bench.run("- consul-event: {name: x, filter: {service: web, tag: blue}}"))
        .isEqualTo(Outcome.success());

    SigningKeys keys = SigningKeys.parse(key);
    Authenticity agent = new Authenticity(keys, Optional.empty(), Clock.systemUTC());
    assertThat(fired().tagFilter()).contains("blue");
    assertThat(agent.judge(fired())).isInstanceOf(Admission.Authentic.class);
  }
}
