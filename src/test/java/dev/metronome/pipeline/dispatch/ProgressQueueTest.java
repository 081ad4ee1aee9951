package dev.metronome.pipeline.dispatch;

import static dev.metronome.testing.Records.plan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Slot;
import dev.metronome.model.record.Status;
import dev.metronome.testing.FaultyConsul;
import dev.metronome.testing.Records;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What the leader writes, and what keeps it from writing. */
class ProgressQueueTest {

  @AutoClose private final Leader leader = new Leader();

  private String fence() {
    return leader.leadership.fence().orElseThrow();
  }

  private Step ending(String eventId) {
    leader.given(plan(eventId, 1).open(Records.NOON, List.of("a")));
    leader.ended(eventId, 0, "a", Outcome.success());
    return leader.step(leader.read());
  }

  @Test
  void a_dispatch_moves_the_event_from_its_queue_into_a_plan_with_its_first_task_open() {
    leader.agent("a");

    leader.dispatched(plan("e1", 2));

    assertThat(leader.connection.get(leader.keys.event(1, "e1"))).isEmpty();
    assertThat(leader.plan("e1").orElseThrow().targets()).containsExactly("a");
    assertThat(leader.result("e1").status()).isEqualTo(Status.INPROGRESS);
    assertThat(leader.isAssigned("a", "e1", 0)).isTrue();
    assertThat(leader.progress.view().head()).isPresent();
    assertThat(leader.events.view().head()).isEmpty();
  }

  @Test
  void a_look_beside_the_watch_finds_what_is_in_progress_and_passes_over_what_cannot_be_read() {
    Plan open = plan("e1", 1).open(Records.NOON, List.of("a"));
    leader.given(open);
    leader.ended("e1", 0, "a", Outcome.success());
    leader.set(leader.keys.plan("app"), "noise".getBytes(StandardCharsets.UTF_8));

    assertThat(leader.progress.look())
        .singleElement()
        .returns(open, Progress::plan)
        .returns(true, Progress::allEnded);
  }

  @Test
  void the_next_event_is_dispatched_in_the_transaction_that_ends_the_one_before() {
    leader.agent("a");
    Step end = ending("e1");
    leader.events.accept(Records.event("e2"));
    leader.look();

    assertThat(leader.put(end.then(leader.planned(plan("e2", 1))))).isPresent();

    assertThat(leader.plan("e1")).isEmpty();
    long index =
        leader.connection.get(leader.keys.plan(Keys.COMMON_LANE)).orElseThrow().modifyIndex();
    assertThat(leader.connection.get(leader.keys.result("e1")).orElseThrow().modifyIndex())
        .isEqualTo(index);
    assertThat(leader.isAssigned("a", "e2", 0)).isTrue();
  }

  @Test
  void a_dispatch_whose_reply_was_lost_is_found_before_another_event_is_dispatched() {
    leader.agent("a");
    leader.events.accept(List.of(Records.event("e1"), Records.event("e2")));
    leader.look();
    Step first = leader.planned(plan("e1", 1));
    leader.faulty.next(Integer.MAX_VALUE, "\"check-session\"", FaultyConsul.Fault.REPLY_LOST);
    assertThatThrownBy(() -> leader.put(first)).isInstanceOf(ConsulUnavailableException.class);
    leader.faulty.heal();
    leader.events.look();

    assertThat(leader.put(leader.planned(plan("e2", 1)))).isEmpty();

    assertThat(leader.plan("e2")).isEmpty();
    assertThat(leader.stale().plan().event().id()).isEqualTo("e1");
  }

  /** Negative control: without the condition on the slot e2 would be dispatched beside e1. */
  @Test
  void an_event_is_dispatched_only_into_the_slot_as_it_was_read() {
    leader.agent("a");
    leader.events.accept(List.of(Records.event("e2")));
    leader.look();
    Step dispatch = leader.planned(plan("e2", 1));
    Plan other = plan("e1", 1).open(Records.NOON, List.of("a"));
    leader.given(other);

    assertThat(leader.put(dispatch)).isEmpty();

    assertThat(leader.plan("e1")).hasValue(other);
    assertThat(leader.found(leader.keys.result("e2"), EventResult.class)).isEmpty();
    assertThat(leader.progress.view().head()).as("it has looked again").isPresent();
    assertThat(leader.events.view().item("e2")).as("it waits on").isPresent();
  }

  /** A watch may show a plan when the slot has just been found vacant. */
  @Test
  void a_plan_that_has_just_been_seen_is_not_replaced_by_another_event() {
    leader.given(plan("e1", 1));
    leader.look();

    Transaction dispatch =
        leader.slots.replacing(
            Keys.COMMON_LANE, Optional.empty(), leader.slots.holding(plan("e2", 1)));

    assertThat(leader.connection.commit(dispatch).isDone()).isFalse();
    assertThat(leader.plan("e1")).isPresent();
  }

  @Test
  void what_follows_an_opening_is_written_only_while_the_plan_stands() {
    leader.agent("a");
    List<String> many = IntStream.range(0, 60).mapToObj(i -> "n" + i).toList();
    many.forEach(leader::agent);
    leader.events.accept(Records.event("e1"));
    leader.look();

    Step step = leader.put(leader.planned(plan("e1", 1))).orElseThrow();

    assertThat(step.moves().get(0).followers()).isNotEmpty();
    long index =
        leader.connection.get(leader.keys.plan(Keys.COMMON_LANE)).orElseThrow().modifyIndex();
    assertThat(leader.faulty.requests())
        .filteredOn(line -> line.contains("task.common") && !line.contains("/event_queue/"))
        .isNotEmpty()
        .allMatch(line -> line.contains("\"check-index\"") && line.contains(":" + index));
  }

  @Test
  void an_event_that_vanished_does_not_keep_the_one_before_from_ending() {
    leader.agent("a");
    Step end = ending("e1");
    leader.events.accept(Records.event("e2"));
    leader.look();
    leader.connection.commit(new Transaction().delete(leader.keys.event(1, "e2")));

    Step written = leader.put(end.then(leader.planned(plan("e2", 1)))).orElseThrow();

    assertThat(written.moves()).hasSize(1);
    assertThat(leader.result("e1").status()).isEqualTo(Status.SUCCESS);
    assertThat(leader.plan("e2")).isEmpty();
    assertThat(leader.events.view().head()).isEmpty();
  }

  @Test
  void an_event_that_has_a_result_already_is_dropped_and_its_result_stays() {
    leader.agent("a");
    leader.events.accept(Records.event("e2"));
    leader.look();
    byte[] result =
        Json.write(
            EventResult.ended(Records.event("e2"), Records.NOON, Records.NOON, Outcome.success()));
    leader.set(leader.keys.result("e2"), result);

    assertThat(leader.put(leader.planned(plan("e2", 1)))).isEmpty();

    assertThat(leader.connection.get(leader.keys.result("e2")).orElseThrow().value())
        .isEqualTo(result);
    assertThat(leader.connection.get(leader.keys.event(1, "e2"))).isEmpty();
    assertThat(leader.plan("e2")).isEmpty();
    assertThat(leader.events.view().head()).isEmpty();
  }

  /** Negative control of the fence: the same step with the right one is written below. */
  @Test
  void a_wrong_fence_writes_nothing() {
    leader.agent("a");
    Step right = ending("e1");
    List<String> before = leader.everything();
    Step wrong = new Step("00000000-0000-0000-0000-000000000000", right.moves());

    assertThatThrownBy(() -> leader.put(wrong)).isInstanceOf(NotLeaderException.class);
    assertThat(leader.everything()).isEqualTo(before);

    assertThat(leader.put(right)).isPresent();
    assertThat(leader.everything()).isNotEqualTo(before);
  }

  @Test
  void a_leader_whose_session_is_gone_writes_nothing_though_it_does_not_know() {
    leader.agent("a");
    Step step = ending("e1");
    List<String> before = leader.everything();

    leader.member.destroySession();

    assertThatThrownBy(() -> leader.put(step)).isInstanceOf(NotLeaderException.class);
    assertThat(leader.everything()).isEqualTo(before);
    await().until(() -> leader.leadership.fence().filter(f -> !f.equals(step.fence())).isPresent());
  }

  @Test
  void a_step_from_an_old_view_is_refused_and_the_view_is_read_again() {
    leader.agent("a");
    Step step = ending("e1");
    leader.given(plan("e1", 1).open(Records.NOON, List.of("a", "b")));

    assertThat(leader.put(step)).isEmpty();

    assertThat(leader.plan("e1").orElseThrow().targets()).containsExactly("a", "b");
    assertThat(leader.stale().plan().targets()).containsExactly("a", "b");
  }

  @Test
  void the_same_step_twice_is_written_once() {
    leader.agent("a");
    Step step = ending("e1");

    assertThat(leader.put(step)).isPresent();
    List<String> after = leader.everything();
    assertThat(leader.put(step)).isEmpty();

    assertThat(leader.everything()).isEqualTo(after);
  }

  @Test
  void a_rejected_event_ends_at_once_and_its_hook_hears_what_stands_in_consul() {
    leader.events.accept(Records.event("e1"));
    leader.look();
    leader.clock.forward(Duration.ofSeconds(60));
    Outcome how = Outcome.skip(Reason.UNDEFINED, "nobody defines it");

    Step step =
        leader
            .put(
                Step.of(
                    fence(),
                    Move.reject(leader.keys, leader.queued("e1"), how, leader.clock.instant())))
            .orElseThrow();

    assertThat(leader.result("e1").status()).isEqualTo(Status.SKIP);
    assertThat(leader.connection.get(leader.keys.event(1, "e1"))).isEmpty();
    assertThat(step.finishedEvents()).containsExactly(Json.fields(leader.result("e1")));
  }

  @Test
  void an_unreadable_plan_is_set_aside_and_its_event_ends_as_error() {
    leader.given(plan("e1", 1).open(Records.NOON, List.of("a")));
    leader.claimed("e1", 0, "a");
    leader.set(leader.keys.plan(Keys.COMMON_LANE), Leader.bytes("{\"Format\":1,"));
    leader.look();

    leader.progress.setAside(
        leader.unreadable("e1"),
        new dev.metronome.model.record.UnreadableRecordException(
            leader.keys.plan(Keys.COMMON_LANE), "cut"));

    assertThat(leader.result("e1").reason()).hasValue(Reason.UNREADABLE);
    String slot = leader.keys.plan(Keys.COMMON_LANE);
    assertThat(Slot.isVacant(leader.connection.get(slot).orElseThrow().value())).isTrue();
    assertThat(leader.connection.names(Records.claims(leader.keys, 1, "e1", 0))).isEmpty();
    assertThat(leader.connection.get("metronome/quarantine/progress_task_queue/common"))
        .isPresent();
    assertThat(leader.progress.view().head()).isEmpty();
  }
}
