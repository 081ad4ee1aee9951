package dev.metronome.model.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.testing.Records;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainResultTest {

  private static final Instant NOW = Instant.parse("2026-11-29T15:01:44.131888513Z");
  private static final Event EVENT =
      Event.of("a-1", "päron", Map.of("x", "1", "y", ""), NOW, "fire", "ann@vm");

  private static Optional<EventResult> both(String json) {
    Optional<EventResult> plain = PlainResult.read(json.getBytes(UTF_8));
    Optional<EventResult> usual = Json.readable("k", json.getBytes(UTF_8), EventResult.class);
    assertThat(plain).as(json).isIn(Optional.empty(), usual);
    return plain;
  }

  private static Optional<EventResult> both(EventResult result) {
    return both(Json.text(result));
  }

  @Test
  void what_most_events_say_is_read() {
    EventResult started = EventResult.started(EVENT, NOW);
    EventResult ended = EventResult.ended(EVENT, NOW, NOW.plusMillis(7), Outcome.success());
    assertThat(both(started)).contains(started);
    assertThat(both(ended)).contains(ended);
    EventResult planned = ended.planned(Records.plan("e1", 1));
    assertThat(both(planned)).contains(planned);
    assertThat(planned.digest()).contains("web:0123456789ab");
    EventResult confirmed =
        EventResult.started(EVENT.confirmed(Optional.of("0123-ab")), NOW)
            .planned(Records.plan("e1", 1));
    assertThat(both(confirmed)).contains(confirmed);
    assertThat(confirmed.fingerprint()).contains("0123-ab");
    assertThat(both(ended.leavingOut(List.of("task 0 left out b")))).isPresent();
    assertThat(both("{\"Format\":1,\"ID\":\"a\",\"Name\":\"x\",\"Status\":\"skip\"}")).isPresent();
    assertThat(both("{\"Format\":1,\"ID\":\"\",\"Name\":\"\",\"Status\":\"timeout\",\"By\":\"\"}"))
        .isPresent();
  }

  @Test
  void what_says_more_is_left_to_the_mapper() {
    EventResult ended = EventResult.ended(EVENT, NOW, NOW, Outcome.success());
    assertThat(both(ended.retriedAs("b"))).isEmpty();
    assertThat(both(ended.cancelled(Optional.of(new Cancellation("ann", NOW, Optional.empty())))))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{'Format':1",
        "{'Format':1}",
        "{'Format':2,'ID':'a','Name':'x','Status':'skip'}",
        "{'Format':'1','ID':'a','Name':'x','Status':'skip'}",
        "{'ID':'a','Name':'x','Status':'skip','Format':1}",
        "{'ID':'a','Name':'x','Status':'skip'}",
        "{'Format':1,'Name':'x','Status':'skip'}",
        "{'Format':1,'ID':'a','Status':'skip'}",
        "{'Format':1,'ID':'a','Name':'x'}",
        "{'Format':1,'ID':'a','Name':'x','Status':'SKIP'}",
        "{'Format':1,'ID':'a','Name':'x','Status':'odd'}",
        "{'Format':1,'ID':7,'Name':'x','Status':'skip'}",
        "{'Format':1,'ID':'a','Name':'x','Status':'skip','By':null}",
        "{'Format':1,'ID':'a','Name':'x','Status':'skip','Other':'y'}",
        "{'Format':1,'ID':'a','Name':'x','Status':'skip','From':'1'}",
        "{'Format':1,'ID':'a','Name':'x','Status':'skip','Params':{'a':{}}}",
        "{'Format':1,'ID':'a','Name':'x','Status':'skip','Params':[]}",
        "{'Format':1,'ID':'a','Name':'x','Status':'skip','StartedAt':'yesterday'}",
        "{'Format':1,'ID':'a','Name':'x','Status':'skip','StartedAt':1764428504}",
        "{'Format':1,'ID':'a','Name':'x','Status':'skip','FinishedAt':'2026-11-29T15:01:44+01:00'}",
        "{'Format':1,'ID':'a','Name':'x','Name':'y','Status':'skip'}",
        "{'Format':1,'ID':'a','Name':'x','Status':'skip'} {}",
      })
  void what_is_otherwise_is_left_to_the_mapper(String json) {
    assertThat(both(json.replace('\'', '"'))).isEmpty();
  }
}
