package dev.metronome.model.record;

import static dev.metronome.testing.Records.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.testing.Records;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How records are read: what is kept, what is ignored, what is refused. */
class ReadingTest {

  private static final String KEY = "metronome/some/key";

  static Stream<Object> records() {
    Claim claim = Claim.running(Records.assignment("e1", 1), "a", "a/x", 2, NOON);
    Outcome how = Outcome.error(Reason.FAILED, "no");
    return Stream.of(
        Records.event("e1"),
        Event.of("e2", "a b", Map.of("x", "1"), NOON, "push", null),
        Records.plan("e1", 3),
        Records.plan("e1", 3).open(NOON, List.of("a", "b")).next(Status.SUCCESS),
        Records.plan("e1", List.of(Records.filtered(0, "t", "db", "primary"))),
        Records.assignment("e1", 2),
        claim,
        claim.ended(NOON, how),
        EventResult.ended(Records.event("e1"), NOON, NOON, how),
        EventResult.unreadable("e1", NOON, how),
        TaskResult.opened(Records.plan("e1", 1).open(NOON, List.of("a"))),
        NodeResult.of(claim),
        Quarantined.of("k", new byte[] {1, 2}, "why", NOON),
        new Presence(
            1,
            "a",
            "1.0",
            "host",
            12,
            NOON,
            "a/x",
            Map.of("web", new Presence.PatternPresence("d", List.of("deploy"), Map.of())),
            Optional.of("x"),
            Map.of("app", "task.yml:1:1: error: no"),
            Optional.of("an agent of the original is at work"),
            List.of(),
            List.of()));
  }

  @ParameterizedTest
  @MethodSource("records")
  void a_record_comes_back_as_it_was_written(Object written) {
    assertThat((Object) Json.read(KEY, Json.write(written), written.getClass())).isEqualTo(written);
  }

  @ParameterizedTest
  @MethodSource("records")
  void every_record_carries_the_format(Object written) {
    boolean slots = written instanceof Plan || written instanceof Slot;
    assertThat(Json.fields(written)).containsEntry("Format", slots ? Format.SLOTS : 1);
  }

  @ParameterizedTest
  @MethodSource("records")
  void unknown_fields_are_ignored(Object written) {
    String more = Json.text(written).replaceFirst("\\{", "{\"Unheard\":{\"x\":[1]},");

    assertThat((Object) Json.read(KEY, more.getBytes(StandardCharsets.UTF_8), written.getClass()))
        .isEqualTo(written);
  }

  @ParameterizedTest
  @MethodSource("records")
  void a_newer_format_is_refused_and_named(Object written) {
    String newer = Json.text(written).replaceFirst("\"Format\":[1234]", "\"Format\":99");

    assertThatThrownBy(
            () -> Json.read(KEY, newer.getBytes(StandardCharsets.UTF_8), written.getClass()))
        .isInstanceOf(NewerRecordException.class)
        .hasMessageContaining(KEY)
        .hasMessageContaining("format 99");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "\"text\"",
        "17",
        "{",
        "{}",
        "{\"Format\":1",
        "<html>502</html>",
        "{\"Format\":\"abc\"}",
        "{\"Format\":1} {}",
        "\u0000\u0001\u0002",
        "{\"Format\":1,\"EventID\":17,\"No\":\"x\"}"
      })
  void what_is_not_a_record_is_unreadable_and_named(String text) {
    for (Class<?> type : List.of(Event.class, Plan.class, Assignment.class, Claim.class)) {
      assertThatThrownBy(() -> Json.read(KEY, text.getBytes(StandardCharsets.UTF_8), type))
          .as(type.getSimpleName())
          .isInstanceOf(UnreadableRecordException.class)
          .hasMessageContaining(KEY);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hunter2",
        "{\"Params\": \"hunter2\"}",
        "{\"Format\": 1, \"No\": \"hunter2\", \"Current\": \"hunter2\", \"AcceptedAt\": \"hunter2\"}",
        "{\"Params\": {\"a\": hunter2}}"
      })
  void why_it_cannot_be_read_never_quotes_what_stands_there(String text) {
    for (Class<?> type : List.of(Event.class, Plan.class, Assignment.class, Claim.class)) {
      assertThatThrownBy(() -> Json.read(KEY, text.getBytes(StandardCharsets.UTF_8), type))
          .isInstanceOf(UnreadableRecordException.class)
          .hasMessageNotContaining("hunter2");
    }
  }

  @Test
  void noise_of_any_size_is_unreadable() {
    byte[] noise = new byte[524_288];
    new java.util.Random(1).nextBytes(noise);
    byte[] deep = "[".repeat(200_000).getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> Json.read(KEY, noise, Event.class))
        .isInstanceOf(UnreadableRecordException.class);
    assertThatThrownBy(() -> Json.read(KEY, deep, Event.class))
        .isInstanceOf(UnreadableRecordException.class);
  }

  static Stream<Arguments> required() {
    Claim claim = Claim.running(Records.assignment("e1", 1), "a", "a/x", 1, NOON);
    Presence presence =
        new Presence(
            1,
            "a",
            "1.0",
            "host",
            12,
            NOON,
            "a/x",
            Map.of(),
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            List.of(),
            List.of());
    return Stream.of(
            Map.entry(claim, List.of("EventID", "No", "Node", "Incarnation", "StartedAt")),
            Map.entry(presence, List.of("Node", "Host", "StartedAt", "Incarnation")),
            Map.entry(
                EventResult.started(Records.event("e1"), NOON), List.of("ID", "Name", "Status")),
            Map.entry(
                TaskResult.opened(Records.plan("e1", 1)),
                List.of("EventID", "No", "Name", "Status")),
            Map.entry(NodeResult.of(claim), List.of("EventID", "No", "Node", "Status")),
            Map.entry(Records.event("e1"), List.of("ID", "Name", "AcceptedAt")),
            Map.entry(Records.plan("e1", 1), List.of("Event", "StartedAt", "Tasks", "Current")),
            Map.entry(Records.assignment("e1", 1), List.of("Event", "Task")))
        .flatMap(e -> e.getValue().stream().map(field -> Arguments.of(e.getKey(), field)));
  }

  @ParameterizedTest
  @MethodSource("required")
  void a_record_without_a_field_that_others_rely_on_is_unreadable(Object record, String field)
      throws Exception {
    Map<String, Object> fields = Json.fields(record);
    fields.remove(field);
    byte[] bytes = Json.mapper().writeValueAsBytes(fields);

    assertThatThrownBy(() -> Json.read(KEY, bytes, record.getClass()))
        .isInstanceOf(UnreadableRecordException.class)
        .hasMessageContaining(KEY);
  }

  @Test
  void the_exception_tells_the_key() {
    assertThat(new UnreadableRecordException(KEY, "why").key()).isEqualTo(KEY);
  }

  @Test
  void a_record_set_aside_keeps_64_kib_of_what_it_was() {
    Quarantined kept = Quarantined.of("k", new byte[524_288], "noise", NOON);

    assertThat(java.util.Base64.getDecoder().decode(kept.value())).hasSize(65_536);
  }
}
