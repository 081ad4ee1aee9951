package dev.metronome.model.record;

import static dev.metronome.testing.Records.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.testing.Records;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the outside world reads, byte for byte: the original's names, words and times. */
@Tag("text")
class ResultShapeTest {

  private static final Event EVENT = Records.event("e1");
  private static final Plan PLAN = Records.plan("e1", 2);
  private static final Instant LATER = NOON.plusMillis(1_500);

  private static String json(Object result) {
    return new String(Json.write(result), StandardCharsets.UTF_8);
  }

  @Test
  void result_of_a_running_event_has_the_fields_of_the_original() {
    assertThat(json(EventResult.started(EVENT, NOON)))
        .isEqualTo(
            """
            {"Format":1,"ID":"e1","Name":"deploy","Status":"inprogress",\
            "StartedAt":"2026-03-01T12:00:00Z","Source":"fire","By":"root@host"}""");
  }

  @Test
  void result_of_an_ended_event_says_when_and_why() {
    Outcome how = Outcome.error(Reason.LOST, "node a vanished");

    assertThat(json(EventResult.ended(EVENT, NOON, LATER, how)))
        .isEqualTo(
            """
            {"Format":1,"ID":"e1","Name":"deploy","Status":"error",\
            "StartedAt":"2026-03-01T12:00:00Z","FinishedAt":"2026-03-01T12:00:01.500Z",\
            "Reason":"lost","Message":"node a vanished","Source":"fire","By":"root@host"}""");
  }

  @Test
  void result_of_an_open_task_has_the_fields_of_the_original() {
    assertThat(json(TaskResult.opened(PLAN.open(NOON, List.of("a", "b")))))
        .isEqualTo(
            """
            {"Format":1,"EventID":"e1","No":0,"Name":"task-0","Status":"inprogress",\
            "StartedAt":"2026-03-01T12:00:00Z","Pattern":"web","Targets":["a","b"]}""");
  }

  @Test
  void result_of_a_task_that_was_never_opened_has_no_start() {
    Outcome how = Outcome.skip(Reason.NO_TARGET, "no node matches db");

    assertThat(json(TaskResult.ended(PLAN, LATER, how)))
        .isEqualTo(
            """
            {"Format":1,"EventID":"e1","No":0,"Name":"task-0","Status":"skip",\
            "FinishedAt":"2026-03-01T12:00:01.500Z","Reason":"no-target",\
            "Message":"no node matches db","Pattern":"web","Targets":[]}""");
  }

  @Test
  void result_of_a_node_has_the_fields_of_the_original() {
    Claim claim = Claim.running(Records.assignment("e1", 1), "a", "a/x", 1, NOON);

    assertThat(json(NodeResult.of(claim)))
        .isEqualTo(
            """
            {"Format":1,"EventID":"e1","No":1,"Node":"a","Status":"inprogress",\
            "StartedAt":"2026-03-01T12:00:00Z"}""");
    assertThat(json(NodeResult.of(claim.ended(LATER, Outcome.success()))))
        .isEqualTo(
            """
            {"Format":1,"EventID":"e1","No":1,"Node":"a","Status":"success",\
            "StartedAt":"2026-03-01T12:00:00Z","FinishedAt":"2026-03-01T12:00:01.500Z"}""");
  }

  @ParameterizedTest
  @CsvSource({
    "INPROGRESS,inprogress",
    "SUCCESS,success",
    "ERROR,error",
    "SKIP,skip",
    "TIMEOUT,timeout"
  })
  void words_of_a_status_are_those_of_the_original(Status status, String word) {
    assertThat(Json.text(status)).isEqualTo('"' + word + '"');
    assertThat(Status.of(word)).isEqualTo(status);
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void reasons_come_back_as_they_were_written(Reason reason) {
    assertThat(Reason.of(reason.word())).isEqualTo(reason);
    assertThat(reason.word()).matches("[a-z-]+");
  }

  @Test
  void times_keep_their_nanoseconds_and_are_in_utc() {
    Instant exact = Instant.parse("2026-03-01T12:00:00.123456789Z");

    assertThat(json(EventResult.started(EVENT, exact)))
        .contains("\"StartedAt\":\"2026-03-01T12:00:00.123456789Z\"");
  }

  @Test
  void hooks_receive_the_fields_as_they_stand_in_consul() {
    Map<String, Object> fields = Json.fields(EventResult.started(EVENT, NOON));

    assertThat(fields)
        .containsEntry("ID", "e1")
        .containsEntry("Status", "inprogress")
        .containsEntry("StartedAt", "2026-03-01T12:00:00Z");
  }

  @Test
  void an_outcome_is_final() {
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> new Outcome(Status.INPROGRESS, Optional.empty(), Optional.empty()))
        .hasMessageContaining("final");
  }

  @Test
  void a_message_is_cut_where_it_becomes_a_novel() {
    Outcome how = Outcome.error(Reason.FAILED, "x".repeat(100_000));

    assertThat(how.message().orElseThrow()).hasSizeLessThan(2_010).endsWith("…");
  }
}
