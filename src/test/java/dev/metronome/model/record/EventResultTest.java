package dev.metronome.model.record;

import static dev.metronome.testing.Records.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.testing.Records;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What events and results tell of themselves. */
class EventResultTest {

  private static final Instant LATER = NOON.plusSeconds(60);
  private static final Cancellation WISH = new Cancellation("ops@a", NOON, Optional.of("no time"));

  @Test
  void an_event_tells_how_it_was_sent() {
    Event event = Records.event("e1");
    assertThat(event.isAhead()).isFalse();
    assertThat(event.ahead(true).isAhead()).isTrue();
    assertThat(event.ahead(false).isAhead()).isFalse();
    assertThat(event.isUserEvent()).isFalse();
    assertThat(Event.of("e1", "x", Map.of(), NOON, "push", null).isUserEvent()).isTrue();
    assertThat(event.overriding(Optional.of("x".repeat(501))).override()).hasValue("x".repeat(500));
    assertThat(event.confirmed(Optional.of("0f-1")).fingerprint()).hasValue("0f-1");
    assertThat(event.confirmed(Optional.of("no fingerprint")).fingerprint()).isEmpty();
    String most = "x".repeat(65_536 - "{\"a\":\"\"}".length());
    assertThat(Event.of("e1", "x", Map.of("a", most), NOON, "s", null).params()).hasSize(1);
    assertThatThrownBy(() -> Event.of("e1", "x", Map.of("a", most + "x"), NOON, "s", null))
        .hasMessage("the parameters take 65537 bytes as JSON, the limit is 65536");
    assertThatThrownBy(() -> Event.of("e1", "x", Map.of("a", "\0"), NOON, "s", null))
        .hasMessage("the parameter a contains a NUL character");
  }

  @Test
  void a_result_tells_of_its_event() {
    EventResult started = EventResult.started(Records.event("e1"), NOON);
    assertThat(started.status()).isEqualTo(Status.INPROGRESS);
    assertThat(started.cancelled(Optional.of(WISH)).cancelled()).hasValue(WISH);
    assertThat(started.leavingOut(List.of())).isSameAs(started);
    assertThat(started.leavingOut(List.of("a", "b")).leftOut()).hasValue("a; b");
    EventResult retried = started;
    for (int no = 0; no < 51; no++) {
      retried = retried.retriedAs("r" + no);
    }
    assertThat(retried.retries()).hasSize(50).startsWith("r1").endsWith("r50");
    Plan plan = Records.plan("e1", 1);
    assertThat(started.planned(plan))
        .returns(Optional.of("web:0123456789ab"), EventResult::digest)
        .returns(Optional.empty(), EventResult::lane);
    assertThat(started.planned(plan.inSlot("app.2")).lane()).hasValue("app");
    assertThat(started.planned(Plan.of(plan.event(), NOON, "", plan.tasks())).digest()).isEmpty();
    assertThat(EventResult.unreadable("e1", NOON, Outcome.error(Reason.UNREADABLE, "noise")))
        .returns("unknown", EventResult::name)
        .returns(Status.ERROR, EventResult::status)
        .returns(Optional.of("noise"), EventResult::message);
    Outcome denied = Outcome.error(Reason.DENIED, "denied by eve");
    assertThat(EventResult.ended(plan.event(), NOON, LATER, denied).format())
        .isEqualTo(Format.TRAFFIC);
  }

  @Test
  void a_batch_that_has_ended_is_told_of_alone() {
    Plan plan =
        Records.plan("e1", 1)
            .openInBatches(NOON, List.of(List.of("a"), List.of("b")), List.of())
            .openBatch(LATER, EndedNodes.NONE);

    assertThat(TaskResult.endedBatch(plan, LATER.plusSeconds(1), Outcome.success()))
        .returns(List.of("b"), TaskResult::targets)
        .returns(Optional.of(LATER), TaskResult::startedAt)
        .returns(Optional.of(LATER.plusSeconds(1)), TaskResult::finishedAt)
        .returns(Status.SUCCESS, TaskResult::status);
    assertThat(TaskResult.opened(plan).targets()).containsExactly("a", "b");
  }

  @Test
  void a_waiting_gate_stands_in_a_result_until_the_task_ends() {
    PlannedTask task =
        new PlannedTask(
            0,
            "web",
            "x",
            new NodeSelector(Optional.empty(), Optional.empty()),
            new Rollout(true, false, false, 1),
            new Batching(
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new HealthGate(1, 60, Optional.empty()))));
    Plan plan = Records.plan("e1", List.of(task)).open(NOON, List.of("a")).atGate(LATER);

    assertThat(TaskResult.opened(plan).gate().orElseThrow().until())
        .isEqualTo(LATER.plusSeconds(60));
    assertThat(TaskResult.ended(plan, LATER, Outcome.success()).gate()).isEmpty();
    assertThat(plan.isGateFailed()).isFalse();
  }
}
