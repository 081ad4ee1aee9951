package dev.metronome.pipeline.intake;

import static dev.metronome.testing.Records.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.UserEvent;
import dev.metronome.model.record.Event;
import dev.metronome.model.signature.Signature;
import dev.metronome.model.signature.Signer;
import dev.metronome.model.signature.SigningKeys;
import dev.metronome.model.signature.Statement;
import dev.metronome.testing.LogLines;
import dev.metronome.testing.SettableClock;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may send an event: F21, and what a signature is good for. */
class SigningTest {
  private static final String OLD = "k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
  private static final String NEW = "k2:YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY=";
  private static final Optional<String> NO_TOKEN = Optional.empty();

  private final SettableClock clock = new SettableClock(NOON);
  private final Authenticity agent = agent(OLD, NO_TOKEN);

  private Authenticity agent(String keys, Optional<String> token) {
    return new Authenticity(SigningKeys.parse(keys), token, clock);
  }

  private static Signature sign(String keys, Statement statement) {
    Clock noon = Clock.fixed(NOON, ZoneOffset.UTC);
    return new Signer(SigningKeys.parse(keys).first().orElseThrow(), noon).sign(statement);
  }

  private static String payload(String keys, String name) {
    return sign(keys, Statement.of(name, Map.of())).text();
  }

  private static Statement filtered(String node, String service, String tag) {
    return new Statement(
        "deploy",
        Optional.ofNullable(node),
        Optional.ofNullable(service),
        Optional.ofNullable(tag),
        Map.of());
  }

  private static UserEvent event(String name, String payload) {
    return event("e1", Statement.of(name, Map.of()), payload);
  }

  private static UserEvent event(String id, Statement as, String payload) {
    return new UserEvent(
        id, as.name(), Optional.ofNullable(payload), as.node(), as.service(), as.tag());
  }

  private Admission.Rejected rejected(UserEvent event) {
    assertThat(agent.judge(event)).isInstanceOf(Admission.Rejected.class);
    return (Admission.Rejected) agent.judge(event);
  }

  private Events events(Authenticity of) {
    return new Events(clock, of, "agent@a");
  }

  private Event read(Authenticity of, UserEvent event) {
    return events(of).fromUserEvent(event, false);
  }

  private static void assertAuthentic(Admission verdict) {
    assertThat(verdict).isInstanceOf(Admission.Authentic.class);
  }

  @Test
  void a_signed_event_is_authentic_and_its_id_is_the_nonce() {
    Signature signature = sign(OLD, Statement.of("deploy", Map.of()));
    UserEvent event = event("deploy", signature.text());

    assertThat(agent.judge(event)).isEqualTo(new Admission.Authentic(Optional.of(signature)));
    Event read = read(agent, event);
    assertThat(read.id()).isEqualTo(signature.nonce()).isNotEqualTo(event.id());
    assertThat(read.by()).contains("key k1");
  }

  @Test
  void the_same_signature_in_another_event_of_consuls_is_the_same_event_of_ours() {
    String payload = payload(OLD, "deploy");
    Statement statement = Statement.of("deploy", Map.of());

    assertThat(read(agent, event("e2", statement, payload)).id())
        .isEqualTo(read(agent, event("e1", statement, payload)).id());
  }

  @Test
  void an_agent_without_a_key_gives_a_signed_event_the_id_that_all_others_give_it() {
    UserEvent event = event("deploy", payload(OLD, "deploy"));
    Authenticity open = new Authenticity(SigningKeys.none(), NO_TOKEN, clock);

    assertThat(read(open, event).id()).isEqualTo(read(agent, event).id());
    assertThat(read(open, event).by()).contains("consul-event@a");
  }

  @Test
  void no_two_signatures_have_the_same_nonce() {
    Set<String> nonces = new HashSet<>();
    IntStream.range(0, 1_000)
        .forEach(i -> nonces.add(sign(OLD, Statement.of("deploy", Map.of())).nonce()));

    assertThat(nonces).hasSize(1_000);
  }

  @Test
  void a_payload_is_shorter_than_100_bytes_even_with_the_longest_id_of_a_key() {
    String key = "twelve-chars" + OLD.substring(2);
    String payload = payload(key, "n".repeat(128));

    assertThat(payload.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(100);
    assertAuthentic(agent(key, NO_TOKEN).judge(event("n".repeat(128), payload)));
  }

  @Test
  void filters_are_signed_too() {
    Statement statement = filtered("web.*", "web", "blue");

    assertAuthentic(agent.judge(event("e1", statement, sign(OLD, statement).text())));
  }

  @Test
  void an_edited_name_or_filter_is_forged() {
    String payload = sign(OLD, filtered("n", "web", null)).text();

    for (Statement edited :
        List.of(
            filtered("n", "web", "t"),
            filtered("n", null, null),
            filtered(null, "web", null),
            filtered("m", "web", null),
            filtered("nw", "eb", null), // the same letters in other fields
            Statement.of("deploy", Map.of()))) {
      assertThat(rejected(event("e1", edited, payload)).why()).isEqualTo(Admission.Why.FORGED);
    }
    assertThat(rejected(event("destroy", payload(OLD, "deploy"))).reason())
        .contains("its name, filters or parameters are not those that were signed");
  }

  @Test
  void a_signature_with_parameters_is_none_for_an_event_without_them() {
    Signature with = sign(OLD, Statement.of("deploy", Map.of("a", "1", "b", "2")));
    Optional<String> shown = Optional.of(with.text());

    assertThat(rejected(event("deploy", with.text())).why()).isEqualTo(Admission.Why.FORGED);
    assertAuthentic(agent.judge(Statement.of("deploy", Map.of("b", "2", "a", "1")), shown));
    assertThat(agent.judge(Statement.of("deploy", Map.of("a", "1b", "", "2")), shown))
        .isInstanceOf(Admission.Rejected.class);
  }

  @Test
  void an_edited_part_of_a_signature_is_forged() {
    Signature good = sign(OLD, Statement.of("deploy", Map.of()));
    String later = Long.toString(NOON.getEpochSecond() + 1);

    for (Signature edited :
        List.of(
            new Signature("k1", later, good.nonce(), good.mac()),
            new Signature("k1", good.timestamp(), "0".repeat(24), good.mac()),
            new Signature("k1", good.timestamp(), good.nonce(), "A".repeat(43)))) {
      assertThat(rejected(event("deploy", edited.text())).why()).isEqualTo(Admission.Why.FORGED);
    }
  }

  @Test
  void an_unknown_key_is_named_and_a_wrong_secret_is_not_called_unknown() {
    assertThat(rejected(event("deploy", payload(NEW, "deploy"))).reason())
        .isEqualTo("it is signed with the key k2, which is not known here");
    String impostor = "k1" + NEW.substring(2);
    assertThat(rejected(event("deploy", payload(impostor, "deploy"))).reason())
        .contains("another secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "v2.k1.1772366400.0123456789abcdef01234567.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "v1.k1.1772366400.0123456789abcdef01234567",
        "v1.k1.1772366400.0123456789abcdef01234567.AAA\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "v1.k1.99999999999999999999.0123456789abcdef01234567.x",
        "v1.../../.1772366400.0123456789abcdef01234567.x",
        "\u0000\u0001\ufffd\ufffd",
        "deploy"
      })
  void what_is_no_signature_is_forged(String payload) {
    assertThat(rejected(event("deploy", payload)).reason())
        .isEqualTo("its payload is no signature");
  }

  @Test
  void a_payload_of_a_megabyte_is_forged() {
    String over = payload(OLD, "deploy") + "A".repeat(1 << 20);

    assertThat(rejected(event("deploy", over)).why()).isEqualTo(Admission.Why.FORGED);
  }

  @Test
  void an_event_without_a_payload_shows_nothing() {
    assertThat(rejected(event("deploy", null)).why()).isEqualTo(Admission.Why.MISSING);
    assertThat(rejected(event("deploy", "")).why()).isEqualTo(Admission.Why.MISSING);
  }

  @Test
  void a_signature_is_good_for_300_seconds_to_either_side() {
    UserEvent event = event("deploy", payload(OLD, "deploy"));

    for (int seconds : List.of(300, -300)) {
      clock.set(NOON.plusSeconds(seconds));
      assertAuthentic(agent.judge(event));
    }
    clock.set(NOON.plusSeconds(301));
    assertThat(rejected(event).why()).isEqualTo(Admission.Why.STALE);
    assertThat(rejected(event).reason())
        .startsWith("it was signed 301 s ago by this node's clock")
        .endsWith("compare the clocks of sender and node");
    clock.set(NOON.minus(Duration.ofHours(1)));
    assertThat(rejected(event).reason()).contains("3600 s in the future", "clocks");
  }

  @Test
  void a_key_is_replaced_without_a_moment_at_which_senders_are_refused() {
    UserEvent byOld = event("deploy", payload(OLD, "deploy"));
    UserEvent byNew = event("deploy", payload(NEW, "deploy"));
    Authenticity both = agent(OLD + "\n" + NEW, NO_TOKEN);

    assertAuthentic(both.judge(byOld));
    assertAuthentic(both.judge(byNew));
    assertThat(agent(NEW, NO_TOKEN).judge(byOld)).isInstanceOf(Admission.Rejected.class);
    assertAuthentic(agent(NEW, NO_TOKEN).judge(byNew));
  }

  @Test
  void while_senders_move_a_token_of_its_own_is_good_too() {
    Authenticity both = agent(OLD, Optional.of("secret"));

    assertAuthentic(both.judge(event("deploy", "secret")));
    assertAuthentic(both.judge(event("deploy", payload(OLD, "deploy"))));
    assertThat(both.judge(event("deploy", "guess"))).isInstanceOf(Admission.Rejected.class);
    assertThat(both.mode()).isEqualTo(Authenticity.Mode.SIGNED_OR_TOKEN);
  }

  @Test
  void an_event_that_the_token_made_authentic_keeps_consuls_id() {
    Authenticity both = agent(OLD, Optional.of("secret"));

    assertThat(read(both, event("deploy", "secret")).id()).isEqualTo("e1");
  }

  @Test
  void a_rejected_event_is_logged_with_its_reason_and_without_its_payload_or_name() {
    String payload = payload(NEW, "deploy-canary");
    try (LogLines log = LogLines.of(Events.class)) {
      assertThat(read(agent, event("deploy-canary", payload))).isNull();
      assertThat(read(agent, event("deploy-canary", "canary"))).isNull();

      assertThat(log.lines())
          .containsExactly(
              "WARNING event=e1 state=rejected it is signed with the key k2, which is not known"
                  + " here",
              "WARNING event=e1 state=rejected its payload is no signature");
    }
  }

  @Test
  void what_the_ring_replays_at_the_start_is_not_warned_of_again() {
    try (LogLines log = LogLines.of(Events.class)) {
      assertThat(events(agent).fromUserEvent(event("deploy", "guess"), true)).isNull();

      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void the_log_says_which_mode_is_in_force_and_warns_unless_it_is_signatures_only() {
    assertThat(announced(agent(OLD, NO_TOKEN))).startsWith("INFO events=signed keys=[k1]");
    assertThat(announced(agent(OLD, Optional.of("secret"))))
        .startsWith("WARNING events=signed-or-token")
        .doesNotContain("secret");
    assertThat(announced(agent("", Optional.of("secret"))))
        .startsWith("WARNING events=payload-token")
        .contains("everyone who can list events sees it")
        .doesNotContain("secret");
    assertThat(announced(agent("", NO_TOKEN))).startsWith("WARNING events=open");
  }

  @Test
  void a_guarded_port_is_no_way_in_for_everyone() {
    try (LogLines log = LogLines.of(Authenticity.class)) {
      agent("", NO_TOKEN).announce(Authenticity.Door.GUARDED);
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("everyone who can reach Consul can send events");
    }
  }

  private static String announced(Authenticity authenticity) {
    try (LogLines log = LogLines.of(Authenticity.class)) {
      authenticity.announce(Authenticity.Door.OPEN);
      return String.join("\n", log.lines());
    }
  }
}
