package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.UserEvents;
import dev.metronome.embedded.Profile;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Status;
import dev.metronome.model.signature.Signature;
import dev.metronome.model.signature.Signer;
import dev.metronome.model.signature.SigningKeys;
import dev.metronome.model.signature.Statement;
import dev.metronome.pipeline.intake.Events;
import dev.metronome.testing.LogLines;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole agents, user events, and somebody who sees them all and sends them again. */
@Tag("consul")
class SignedEventsTest {

  @TempDir Path folder;
  private final String key = SigningKeys.newKey("k1");
  @AutoClose private AgentCluster cluster;
  private UserEvents consul;

  @BeforeEach
  void start() throws Exception {
    cluster = new AgentCluster(folder);
    cluster
        .flag("signing-key", key)
        .pattern(
            """
                events:
                  deploy: {task: once}
                tasks:
                  once:
                    operations:
                      - execute: {script: 'echo "$METRONOME_NODE" >> %s'}
                """
                .formatted(cluster.written));
    consul = new UserEvents(cluster.operator);
  }

  private Signature sign(String by, String name) {
    return new Signer(SigningKeys.parse(by).first().orElseThrow(), Clock.systemUTC())
        .sign(Statement.of(name, Map.of()));
  }

  /** Every agent has taken up all user events so far when it has taken up one more. */
  private void awaitIntake() {
    Signature last = sign(key, "unheard-of");
    consul.fire("unheard-of", last.text());
    assertThat(cluster.ended(last.nonce()).status()).isEqualTo(Status.SKIP);
  }

  private <T> List<T> results(Function<EventResult, T> field) {
    return cluster.keys("metronome/results/").stream()
        .filter(name -> name.chars().filter(c -> c == '/').count() == 2)
        .map(name -> cluster.operator.get(name).orElseThrow())
        .map(entry -> Json.read(entry.key(), entry.value(), EventResult.class))
        .map(field)
        .toList();
  }

  // INVARIANT: promise 2; the nonce counts in the whole cluster, and through restarts.
  @Test
  void a_signature_that_is_sent_again_is_a_duplicate_for_every_agent_even_for_a_new_one()
      throws Exception {
    Agent first = cluster.started("a");
    Signature signature = sign(key, "deploy");
    consul.fire("deploy", signature.text());
    EventResult result = cluster.ended(signature.nonce());
    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(result.by()).contains("key k1");

    consul.fire("deploy", signature.text());
    first.close();
    cluster.started("b");
    cluster.started("a");
    consul.fire("deploy", signature.text());
    awaitIntake();

    assertThat(results(EventResult::name)).containsExactlyInAnyOrder("deploy", "unheard-of");
    assertThat(cluster.runs()).containsExactly("a");
  }

  @Test
  void what_is_not_signed_with_the_key_leaves_no_trace_in_the_kv() throws Exception {
    cluster.started("a");
    String other = SigningKeys.newKey("k1");
    try (LogLines log = LogLines.of(Events.class)) {
      for (Optional<String> payload :
          List.of(
              Optional.of(sign(other, "deploy").text()),
              Optional.of(sign(key, "deplox").text()),
              Optional.of("x".repeat(Math.min(300, Profile.usual().eventBody()))),
              Optional.of("\u0000\u0001\u00ff"),
              Optional.<String>empty())) {
        consul.fire("deploy", payload.orElse(""));
      }
      await().untilAsserted(() -> assertThat(log.with("state=rejected")).hasSize(5));

      assertThat(log.with("state=rejected"))
          .allMatch(line -> line.startsWith("WARNING event="))
          .noneMatch(line -> line.contains("v1.k1"));
    }
    awaitIntake();
    assertThat(results(EventResult::name)).containsExactly("unheard-of");
    assertThat(cluster.runs()).isEmpty();
  }
}
