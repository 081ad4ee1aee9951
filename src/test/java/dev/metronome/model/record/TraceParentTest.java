package dev.metronome.model.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.testing.Records;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String TEXT = "00-" + TRACE + "-b7ad6b7169203331-01";

  @Test
  void what_w3c_writes_is_read_and_written_again() {
    assertThat(TraceParent.read(TEXT)).map(TraceParent::text).contains(TEXT);
    assertThat(TraceParent.read(TEXT.replace("-01", "-02")))
        .map(TraceParent::sampled)
        .contains(false);
  }

  @Test
  void a_later_version_may_say_more() {
    assertThat(TraceParent.read(TEXT.replaceFirst("00", "cc") + "-more"))
        .map(TraceParent::traceId)
        .contains(TRACE);
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(
      strings = {
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "$(reboot)"
      })
  void anything_else_is_left_out_of_account(String text) {
    assertThat(TraceParent.read(text)).isEmpty();
    Event event = Records.event("e1").continuing(Optional.ofNullable(text));
    assertThat(event.traceparent()).isEmpty();
    assertThat(new String(Json.write(event), StandardCharsets.UTF_8)).doesNotContain("Traceparent");
  }

  @Test
  void everybody_finds_the_same_place_for_the_same_thing_and_another_for_another() {
    Event event = Records.event("e1");

    assertThat(event.place()).isEqualTo(Records.event("e1").place());
    assertThat(event.place().traceId()).isNotEqualTo(Records.event("e2").place().traceId());
    assertThat(event.place().child("0")).isEqualTo(event.place().child("0"));
    assertThat(List.of(event.place(), event.place().child("0"), event.place().child("1")))
        .extracting(TraceParent::spanId)
        .doesNotHaveDuplicates();
    assertThat(event.continuing(Optional.of(TEXT)).place().traceId()).isEqualTo(TRACE);
  }

  @Test
  void the_context_passes_from_event_to_plan_to_assignment() {
    Event event = Records.event("e1").continuing(Optional.of(TEXT));
    Plan plan = Records.plan("e1", 2).traced(Optional.of(event.place()));
    Plan read = Json.read("plan", Json.write(plan.next(Status.SUCCESS)), Plan.class);

    Assignment assignment = Assignment.of(read, Records.NOON);

    assertThat(Json.read("key", Json.write(assignment), Assignment.class).trace())
        .contains(event.place().child("1"));
  }

  @Test
  void without_a_leader_that_traces_an_assignment_continues_its_senders_trace() {
    Event event = Records.event("e1").continuing(Optional.of(TEXT));
    Plan plan = Plan.of(event, Records.NOON, "digest", Records.plan("e1", 1).tasks());

    assertThat(Assignment.of(plan, Records.NOON).trace()).map(TraceParent::text).contains(TEXT);
  }

  @Test
  void a_record_of_an_agent_that_knows_no_traces_is_read() {
    String old = new String(Json.write(Records.plan("e1", 1)), StandardCharsets.UTF_8);

    assertThat(old).doesNotContain("Traceparent");
    assertThat(Json.read("plan", old.getBytes(StandardCharsets.UTF_8), Plan.class).place())
        .isEmpty();
  }
}
