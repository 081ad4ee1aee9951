package dev.metronome.pipeline.dispatch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Cancellation;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Freeze;
import dev.metronome.model.record.FreezeScope;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeSelector;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Rollout;
import dev.metronome.model.record.Status;
import dev.metronome.pipeline.traffic.Freezes;
import dev.metronome.testing.LogLines;
import dev.metronome.testing.Records;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Nothing is opened under a freeze, whatever the leader knew of it when it began to write. */
@Tag("consul")
class FreezeTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  @AutoClose private final Leader leader = new Leader();
  private final Freezes freezes = new Freezes(leader.connection, leader.keys);

  @BeforeEach
  void agents() {
    List.of("n1", "n2").forEach(leader::agent);
  }

  private void freeze(String event) {
    freeze(event, Optional.empty());
  }

  private void freeze(String event, Optional<Instant> until) {
    freezes.freeze(Freeze.of(scope(event), "root@host", Records.NOON, "moving", until));
  }

  private static FreezeScope scope(String event) {
    return event == null ? FreezeScope.ALL : FreezeScope.event(event);
  }

  private void thaw(String event) {
    assertThat(freezes.thaw(scope(event))).isTrue();
    leader.elapse(SECOND);
  }

  private void succeeded(String id, int no) {
    List.of("n1", "n2").forEach(node -> leader.ended(id, no, node, Outcome.success()));
  }

  private static Plan batches(String id) {
    PlannedTask task =
        new PlannedTask(
            0,
            "web",
            "install",
            new NodeSelector(Optional.empty(), Optional.empty()),
            new Rollout(true, false, false, 1),
            BatchesTest.batching(null, null, "1"));
    return Plan.of(Records.event(id), Records.NOON, "web:0", List.of(task));
  }

  @Test
  void an_event_is_not_dispatched_by_a_leader_that_does_not_know_yet() {
    leader.events.accept(Records.event("e1"));
    leader.look();
    Step planned = leader.planned(Records.plan("e1", 1));
    assertThat(leader.freezes.against(Records.event("e1"), Keys.COMMON_LANE))
        .as("read before")
        .isEmpty();
    freeze(null);

    assertThat(leader.put(planned)).isEmpty();

    assertThat(leader.plan("e1")).isEmpty();
    assertThat(leader.freezes.against(Records.event("e1"), Keys.COMMON_LANE))
        .as("learned by it")
        .isPresent();
    thaw(null);
    assertThat(leader.freezes.against(Records.event("e1"), Keys.COMMON_LANE)).isEmpty();
    assertThat(leader.put(leader.planned(Records.plan("e1", 1)))).isPresent();
  }

  @Test
  void a_task_is_closed_and_the_next_one_opened_only_when_it_is_thawed() {
    leader.dispatched(Records.plan("e1", 2));
    succeeded("e1", 0);
    freeze("deploy");

    leader.advance();
    leader.advance();

    assertThat(leader.result("e1", 0).status()).isEqualTo(Status.SUCCESS);
    assertThat(leader.plan("e1").orElseThrow().isOpen()).isFalse();
    assertThat(leader.isAssigned("n1", "e1", 1)).isFalse();
    leader.elapse(Leader.LIMITS.start().plus(SECOND));
    leader.advance();
    assertThat(leader.plan("e1")).as("waits longer than for nodes").isPresent();

    thaw("deploy");
    leader.elapse(Leader.LOOK);
    leader.advance();
    assertThat(leader.isAssigned("n1", "e1", 1)).isTrue();
  }

  @Test
  void a_batch_is_opened_only_when_it_is_thawed() {
    leader.dispatched(batches("e1"));
    leader.ended("e1", 0, "n1", Outcome.success());
    freeze(null);

    leader.advance();
    leader.advance();
    assertThat(leader.isAssigned("n2", "e1", 0)).isFalse();

    thaw(null);
    leader.advance();
    assertThat(leader.isAssigned("n2", "e1", 0)).isTrue();
  }

  @Test
  void what_runs_runs_on_and_its_event_ends_and_the_next_one_waits() {
    leader.dispatched(Records.plan("e1", 1));
    freeze(null);
    leader.events.accept(Records.event("e2"));
    leader.look();
    succeeded("e1", 0);
    Step end = leader.step(leader.read());
    Step both = end.then(leader.planned(Records.plan("e2", 1)));

    Step written = leader.put(both).orElseThrow();

    assertThat(written.moves()).as("the end without the beginning").hasSize(1);
    assertThat(leader.result("e1").status()).isEqualTo(Status.SUCCESS);
    assertThat(leader.plan("e2")).isEmpty();
  }

  @Test
  void a_freeze_of_one_event_is_of_no_other_and_an_override_passes() {
    freeze("deploy");
    freeze("two words, and more");

    assertThat(leader.freezes.against(Records.event("a", "check"), Keys.COMMON_LANE)).isEmpty();
    assertThat(leader.freezes.against(Records.event("a", "two words, and more"), Keys.COMMON_LANE))
        .isPresent();
    leader.dispatched(
        Plan.of(
            Records.event("c1", "check"), Records.NOON, "web:0", List.of(Records.task(0, "t"))));
    List.of("n1", "n2").forEach(node -> leader.ended("c1", 0, node, Outcome.success()));
    leader.advance();

    Event urgent = Records.event("e1").overriding(Optional.of("the site is down"));
    leader.dispatched(Plan.of(urgent, Records.NOON, "web:0", List.of(Records.task(0, "t"))));
    assertThat(leader.isAssigned("n1", "e1", 0)).isTrue();
  }

  @Test
  void one_that_is_over_is_removed_and_holds_until_then() {
    freeze(null, Optional.of(Records.NOON.plusSeconds(60)));
    assertThat(leader.freezes.against(Records.event("e1"), Keys.COMMON_LANE)).isPresent();

    leader.clock.forward(Duration.ofSeconds(60));
    leader.elapse(SECOND);

    assertThat(leader.freezes.against(Records.event("e1"), Keys.COMMON_LANE)).isEmpty();
    assertThat(freezes.all()).isEmpty();
  }

  @Test
  void one_that_cannot_be_read_holds_all_the_same() {
    byte[] damaged = "{".getBytes(UTF_8);
    leader.connection.commit(
        new Transaction().set(leader.keys.freeze(FreezeScope.event("deploy")), damaged));
    leader.freezes.suspect();

    assertThat(leader.freezes.against(Records.event("e1"), Keys.COMMON_LANE)).isPresent();
    assertThat(leader.freezes.against(Records.event("a", "check"), Keys.COMMON_LANE)).isEmpty();
    assertThat(freezes.all())
        .as("nobody shall wonder")
        .singleElement()
        .extracting(Freeze::sentence)
        .asString()
        .startsWith("the event deploy is frozen by unknown: ")
        .contains("freeze/event/deploy cannot be read");
    thaw("deploy");
    assertThat(leader.freezes.against(Records.event("e1"), Keys.COMMON_LANE)).isEmpty();
  }

  @Test
  void of_one_that_cannot_be_read_is_complained_once_and_again_when_it_has_changed() {
    try (LogLines log = LogLines.of(Freezes.class)) {
      for (String damaged : List.of("{", "[")) {
        leader.connection.commit(
            new Transaction().set(leader.keys.freeze(FreezeScope.ALL), damaged.getBytes(UTF_8)));
        freezes.all();
        freezes.all();

        assertThat(log.taken())
            .singleElement()
            .asString()
            .contains("freeze", "it holds all the same");
      }
    }
  }

  @Test
  void a_cancelled_event_ends_under_a_freeze() {
    leader.dispatched(Records.plan("e1", 2));
    succeeded("e1", 0);
    freeze(null);
    leader.advance();
    leader.advance();
    Plan waiting = leader.plan("e1").orElseThrow();

    leader.set(
        leader.keys.plan("common"),
        Json.write(waiting.cancel(new Cancellation("root@host", Records.NOON, Optional.empty()))));
    leader.advance();

    assertThat(leader.result("e1").reason()).contains(Reason.CANCELLED);
  }
}
