package dev.metronome.model.signature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Event;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Resume;
import dev.metronome.model.signature.EventSignatures.Unsigned;
import dev.metronome.testing.Records;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventSignaturesTest {

  private static final Map<String, String> PARAMS = Map.of("a", "1", "b", "2");
  private static final Event EVENT = event("e1", "deploy", PARAMS, "fire", "anna@desk");
  private static final Resume RESUME = new Resume("e0", 1, "web", "install", List.of("n1", "n2"));

  private final String key = SigningKeys.newKey("k1");
  private final EventSignatures own = of(key, Unsigned.TAKEN);

  private static Event event(
      String id, String name, Map<String, String> params, String source, String by) {
    return Event.of(id, name, params, Records.NOON, source, by);
  }

  private static EventSignatures of(String keys, Unsigned unsigned) {
    return new EventSignatures(SigningKeys.parse(keys), unsigned);
  }

  @Test
  void what_was_signed_passes_also_as_a_record_and_with_another_trace() {
    Event signed = own.sign(EVENT.resuming(RESUME));
    Event read = Json.read("", Json.write(signed), Event.class);
    String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    assertThat(own.fault(read)).isEmpty();
    assertThat(own.fault(read.continuing(Optional.of(trace)))).isEmpty();
    assertThat(own.fault(read.confirmed(Optional.of("0123456789abcdef-01234567"))))
        .as("an older agent passes over it")
        .isEmpty();
  }

  static Stream<Event> others() {
    return Stream.of(
        event("e2", "deploy", PARAMS, "fire", "anna@desk"),
        event("e1", "deploys", PARAMS, "fire", "anna@desk"),
        event("e1", "deploy", Map.of("a", "1"), "fire", "anna@desk"),
        event("e1", "deploy", Map.of("a", "2", "b", "1"), "fire", "anna@desk"),
        event("e1", "deploy", PARAMS, "http", "anna@desk"),
        event("e1", "deploy", PARAMS, "fire", "eve@desk"),
        Event.of("e1", "deploy", PARAMS, Records.NOON.plusMillis(1), "fire", "anna@desk"),
        EVENT,
        EVENT.resuming(new Resume("e9", 1, "web", "install", List.of("n1", "n2"))),
        EVENT.resuming(new Resume("e0", 2, "web", "install", List.of("n1", "n2"))),
        EVENT.resuming(new Resume("e0", 1, "db", "install", List.of("n1", "n2"))),
        EVENT.resuming(new Resume("e0", 1, "web", "wipe", List.of("n1", "n2"))),
        EVENT.resuming(new Resume("e0", 1, "web", "install", List.of("n1"))));
  }

  @ParameterizedTest
  @MethodSource("others")
  void no_other_event_passes_with_its_signature(Event other) {
    String signature = own.sign(EVENT.resuming(RESUME)).signature().orElseThrow();

    assertThat(own.fault(other.signed(signature)).orElseThrow()).contains("does not fit");
  }

  @Test
  void a_key_of_the_same_name_with_another_secret_does_not_pass() {
    Event signed = of(SigningKeys.newKey("k1"), Unsigned.TAKEN).sign(EVENT);

    assertThat(own.fault(signed).orElseThrow()).contains("another secret");
  }

  @Test
  void while_one_key_takes_over_from_another_both_pass_and_afterwards_only_the_new_one() {
    String next = SigningKeys.newKey("k2");
    Event signed = own.sign(EVENT);

    assertThat(of(next + "\n" + key, Unsigned.REFUSED).fault(signed)).isEmpty();
    assertThat(of(next, Unsigned.TAKEN).fault(signed).orElseThrow()).contains("the key k1");
  }

  @Test
  void what_is_no_signature_at_all_does_not_pass() {
    for (String text : List.of("", "e1.k1.short", "v1.k1.1700000000.0123", "e1.k1.Ä")) {
      assertThat(own.fault(EVENT.signed(text)).orElseThrow()).contains("no signature");
    }
  }

  @Test
  void what_nobody_vouches_for_is_refused_where_that_is_required_only() {
    Event stranger = of(SigningKeys.newKey("k2"), Unsigned.TAKEN).sign(EVENT);
    EventSignatures strict = of(key, Unsigned.REFUSED);

    assertThat(own.refusal(EVENT)).isEmpty();
    assertThat(own.refusal(stranger)).isEmpty();
    assertThat(strict.refusal(EVENT).orElseThrow()).contains("it is not signed; give whatever");
    assertThat(strict.refusal(stranger).orElseThrow()).contains("the key k2");
    assertThat(strict.refusal(own.sign(EVENT))).isEmpty();
  }

  @Test
  void what_goes_on_with_an_event_is_signed_if_that_one_was() {
    Event next = EVENT.resuming(RESUME);

    assertThat(own.signLike(own.sign(EVENT), next)).isEqualTo(own.sign(next));
    assertThat(own.signLike(EVENT, next).signature()).isEmpty();
    assertThat(EventSignatures.none().signLike(EVENT, next)).isEqualTo(next);
  }

  @Test
  void without_a_key_nothing_is_signed_and_nothing_is_asked() {
    EventSignatures none = EventSignatures.none();

    assertThat(none.sign(EVENT)).isEqualTo(EVENT);
    assertThat(none.fault(own.sign(EVENT))).isEmpty();
  }
}
