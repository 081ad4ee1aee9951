package dev.metronome.pipeline.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Transaction;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Quarantined;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import dev.metronome.model.signature.EventSignatures;
import dev.metronome.model.signature.EventSignatures.Unsigned;
import dev.metronome.model.signature.SigningKeys;
import dev.metronome.pipeline.quarantine.Quarantine;
import dev.metronome.pipeline.steering.Retrier.Scope;
import dev.metronome.pipeline.steering.Retrier.Wish;
import dev.metronome.testing.Member;
import dev.metronome.testing.Records;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever can write the KV must not have his own events signed by those who have the key. */
class SignedRetryTest {
  private static final Keys KEYS = new Keys(Keys.DEFAULT_PREFIX);
  private static final Event PLAIN = Records.event("e1");

  private final SigningKeys key = SigningKeys.parse(SigningKeys.newKey("k1"));
  private final EventSignatures strict = new EventSignatures(key, Unsigned.REFUSED);
  private final EventSignatures lenient = new EventSignatures(key, Unsigned.TAKEN);
  private final EmbeddedConsul consul = EmbeddedConsul.start();
  private final Member member = Member.joined(consul, "n1");
  private final ConsulConnection connection = member.connection();

  @AfterEach
  void stop() {
    member.close();
    consul.close();
  }

  private void set(String at, Object record) {
    connection.commit(new Transaction().set(at, Json.write(record)));
  }

  /** As a retry of it, after it has failed. */
  private Event retried(Event earlier, EventSignatures by) {
    Outcome failed = Outcome.error(Reason.FAILED, "it broke");
    Plan plan =
        Plan.of(earlier, Records.NOON, "", Records.plan("e1", 2).tasks())
            .next(Status.SUCCESS)
            .open(Records.NOON, List.of("n1"));
    set(KEYS.endedPlan("e1"), plan);
    set(KEYS.result("e1"), EventResult.ended(earlier, Records.NOON, Records.NOON, failed));
    Optional<String> none = Optional.empty();
    Optional<Integer> first = Optional.empty();
    return new Retrier(connection, KEYS, by)
        .retry(new Wish("e1", "e2", Scope.ALL, first, "anna@desk", Records.NOON, none));
  }

  /** As it comes out of the quarantine. */
  private Event readmitted(Event earlier, EventSignatures by) {
    String at = KEYS.event(1, "e1");
    set(
        KEYS.quarantine(at),
        Quarantined.of(at, Json.write(earlier), "it names another event", Records.NOON));
    Quarantine.Kept kept = new Quarantine(connection, KEYS).all().get(0);
    return new Readmission(connection, KEYS, by)
        .retry(kept, "e2", "anna@desk", Records.NOON, Optional.empty());
  }

  private void assertNothingAccepted() {
    assertThat(connection.get(KEYS.event(1, "e2"))).isEmpty();
  }

  @Test
  void an_unsigned_event_is_not_retried_where_signatures_are_required() {
    assertThatThrownBy(() -> retried(PLAIN, strict))
        .isInstanceOf(NotRetryableException.class)
        .hasMessageContainingAll("cannot be vouched for", "it is not signed", "fire deploy anew");
    assertNothingAccepted();
  }

  @Test
  void an_unsigned_event_is_not_readmitted_where_signatures_are_required() {
    assertThatThrownBy(() -> readmitted(PLAIN, strict))
        .isInstanceOf(NotRetryableException.class)
        .hasMessageContainingAll("cannot be vouched for", "it is not signed", "fire");
    assertNothingAccepted();
  }

  @Test
  void a_signed_event_is_retried_with_a_signature_of_its_own() {
    Event next = retried(strict.sign(PLAIN), strict);

    assertThat(strict.refusal(next)).isEmpty();
    assertThat(next.signature()).isPresent();
  }

  @Test
  void a_signed_event_is_readmitted_with_a_signature_of_its_own() {
    assertThat(strict.refusal(readmitted(strict.sign(PLAIN), strict))).isEmpty();
  }

  /** Or a command on a desk that has the key would sign it for the nodes that require that. */
  @Test
  void what_nobody_signed_does_not_get_a_signature_by_being_retried() {
    Event stranger =
        new EventSignatures(SigningKeys.parse(SigningKeys.newKey("k2")), Unsigned.TAKEN)
            .sign(PLAIN);

    assertThat(retried(PLAIN, lenient).signature()).isEmpty();
    connection.commit(new Transaction().delete(KEYS.event(1, "e2")));
    assertThat(retried(stranger, lenient).signature()).isEmpty();
  }

  @Test
  void what_nobody_signed_does_not_get_a_signature_by_being_readmitted() {
    assertThat(readmitted(PLAIN, lenient).signature()).isEmpty();
  }
}
