package dev.metronome.pipeline.dispatch;

import static dev.metronome.testing.Records.plan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Slot;
import dev.metronome.model.record.Status;
import dev.metronome.testing.FaultyConsul;
import dev.metronome.testing.LogLines;
import dev.metronome.testing.Records;
import dev.metronome.testing.Unhurried;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What agents that know no slots have left in the middle of an event, as they write it: of task 0
 * of e1 one target has ended, one holds its claim, one has left it, one has not taken it; task 1
 * waits.
 */
class FormerPlansTest {

  private static final String PLAN = "metronome/progress_task_queue/e1";
  private static final String CLAIMS = PLAN + "/0/";

  @AutoClose private final Leader leader = new Leader();
  @AutoClose private final LogLines log = LogLines.below("dev.metronome");

  @BeforeEach
  void leave() throws IOException {
    List.of("ended", "held", "left", "untaken").forEach(leader::agent);
    try (InputStream in = getClass().getResourceAsStream("/former/in-progress.json")) {
      for (Map.Entry<String, JsonNode> each : Json.mapper().readTree(in).properties()) {
        leader.set(each.getKey(), Json.write(each.getValue()));
      }
    }
    Entry held = entry(CLAIMS + "held");
    leader.connection.commit(
        new Transaction().lock(held.key(), held.value(), leader.member.session()));
    leader.events.accept(Records.event("e2"));
  }

  private Entry entry(String key) {
    return leader.connection.get(key).orElseThrow();
  }

  /** As its agent of before does it. */
  private void finish(String node) {
    Entry entry = entry(CLAIMS + node);
    Claim ended =
        Json.read(entry.key(), entry.value(), Claim.class)
            .ended(leader.clock.instant(), Outcome.success());
    leader.connection.commit(
        new Transaction()
            .unlock(entry.key(), Json.write(ended), leader.member.session())
            .delete("metronome/nodes/" + node + "/tasks/e1.0"));
  }

  private void tend() {
    leader.look();
    leader.progress.tend();
  }

  private List<String> former() {
    return leader.connection.names("metronome/").stream()
        .filter(key -> key.startsWith(PLAN) || key.contains("/tasks/"))
        .toList();
  }

  private void endsAsSuccess() {
    Plan taken = leader.plan("e1").orElseThrow();
    assertThat(taken.epoch()).isEqualTo(1);
    assertThat(taken.targets()).containsExactly("ended", "held", "left", "untaken");
    assertThat(former()).isEmpty();
    assertThat(leader.read().claims().keySet()).containsOnly("ended", "held", "left");
    leader.advance();
    leader.elapse(Leader.LOOK);
    leader.advance();
    assertThat(leader.isAssigned("ended", "e1", 0)).isFalse();
    assertThat(leader.isAssigned("held", "e1", 0)).isFalse();
    assertThat(leader.isAssigned("left", "e1", 0)).as("its agent may tell").isTrue();
    assertThat(leader.isAssigned("untaken", "e1", 0)).isTrue();
    leader.ended("e1", 0, "left", Outcome.success());
    leader.ended("e1", 0, "untaken", Outcome.success());
    leader.advance();
    leader
        .plan("e1")
        .orElseThrow()
        .targets()
        .forEach(node -> leader.ended("e1", 1, node, Outcome.success()));
    leader.advance();
    assertThat(leader.result("e1").status()).isEqualTo(Status.SUCCESS);
    assertThat(leader.put(leader.planned(plan("e2", 1)))).as("the next event").isPresent();
  }

  @Test
  void an_event_in_progress_goes_on_where_it_was() {
    finish("held");

    tend();

    endsAsSuccess();
    assertThat(log.with("state=taken-over")).hasSize(1);
  }

  @Test
  void an_event_that_waits_for_that_is_not_taken_for_one_without_a_plan() {
    await()
        .during(Duration.ofSeconds(2)) // two looks
        .atMost(Unhurried.PATIENCE)
        .until(
            () -> {
              tend();
              return leader.result("e1").status() == Status.INPROGRESS
                  && leader.result("e1", 0, "held").status() == Status.INPROGRESS;
            });
  }

  @Test
  void nothing_is_moved_nor_dispatched_while_a_node_holds_a_claim_and_that_is_said_once() {
    tend();
    tend();

    assertThat(former()).contains(PLAN, CLAIMS + "ended", CLAIMS + "held", CLAIMS + "left");
    assertThat(leader.plan("e1")).isEmpty();
    assertThat(leader.progress.isKnown()).isFalse();
    assertThat(leader.put(leader.planned(plan("e2", 1)))).isEmpty();
    assertThat(log.with("state=waiting")).hasSize(1);

    leader.elapse(Duration.ofDays(1));
    finish("held");
    tend();
    endsAsSuccess();
  }

  /** A leader dies before or after each of the transactions; its successor goes on. */
  @ParameterizedTest
  @CsvSource({
    "/ended/tasks/, FAILING",
    "/ended/tasks/, REPLY_LOST",
    "/held/tasks/, REPLY_LOST",
    "/left/tasks/, FAILING",
    "/left/tasks/, REPLY_LOST",
    "/untaken/tasks/, REPLY_LOST",
    "progress_task_queue/common, FAILING",
    "progress_task_queue/common, REPLY_LOST"
  })
  void a_successor_goes_on_wherever_a_leader_has_died(String key, FaultyConsul.Fault fault) {
    finish("held");
    leader.look();
    leader.faulty.next(1, key + (key.endsWith("/") ? "e1.0\"" : "\",\"Value\""), fault);
    try {
      leader.progress.tend();
    } catch (ConsulUnavailableException e) {
      assertThat(e).hasMessageContaining("move");
    }
    leader.succeed();

    tend();
    tend();

    endsAsSuccess();
  }

  @Test
  void a_claim_that_its_agent_of_before_takes_up_again_meanwhile_is_left_to_it() {
    finish("held");
    leader.look();
    Entry left = entry(CLAIMS + "left");
    leader.faulty.next(1, "/held/tasks/e1.0\"", FaultyConsul.Fault.FAILING);
    try {
      leader.progress.tend();
    } catch (ConsulUnavailableException e) {
      assertThat(e).hasMessageContaining("move");
    }
    leader.connection.commit(
        new Transaction().lock(left.key(), left.value(), leader.member.session()));

    tend();

    assertThat(leader.plan("e1")).isEmpty();
    assertThat(former()).contains(left.key());
    finish("left");
    tend();
    assertThat(leader.read().outcome("left")).hasValue(Outcome.success());
  }

  @Test
  void a_plan_that_was_put_back_of_an_event_that_has_ended_is_dropped() {
    leader.set(
        leader.keys.result("e1"),
        Json.write(
            EventResult.ended(Records.event("e1"), Records.NOON, Records.NOON, Outcome.success())));
    finish("held");

    tend();
    tend();

    assertThat(leader.connection.list(PLAN).value()).isEmpty();
    assertThat(leader.put(leader.planned(plan("e2", 1)))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void the_slot_of_a_lane_that_is_not_known_here_is_none(boolean vacant) {
    leader.connection.commit(new Transaction().deleteTree(PLAN));
    byte[] value = vacant ? Slot.vacant(3) : Json.write(plan("e9", 1));
    leader.set("metronome/progress_task_queue/other", value);

    tend();

    assertThat(leader.connection.get("metronome/progress_task_queue/other").orElseThrow().value())
        .isEqualTo(value);
    assertThat(leader.put(leader.planned(plan("e2", 1)))).isPresent();
  }

  @Test
  void one_that_cannot_be_read_is_set_aside_and_its_event_ends_as_an_error() {
    leader.connection.commit(new Transaction().deleteTree(PLAN));
    String id = "6f9619ff-8b86-d011-b42d-00c04fc964ff"; // longer than the name of a lane
    String key = leader.keys.formerPlan(id);
    leader.set(key, Leader.bytes("{\"Format\":1,"));

    tend();
    tend();

    assertThat(leader.result(id).reason()).hasValue(Reason.UNREADABLE);
    assertThat(leader.connection.list(key).value()).isEmpty();
    assertThat(leader.connection.get(leader.keys.quarantine(key))).isPresent();
    assertThat(leader.put(leader.planned(plan("e2", 1)))).isPresent();
  }

  @Test
  void one_beside_an_event_in_progress_waits_for_its_end() {
    finish("held");
    leader.given(plan("e0", 1).open(Records.NOON, List.of("ended")));
    leader.ended("e0", 0, "ended", Outcome.success());

    tend();
    assertThat(leader.plan("e0")).isPresent();
    Step end = leader.step(leader.read()).then(leader.planned(plan("e2", 1)));
    assertThat(leader.put(end).orElseThrow().moves()).hasSize(1);
    tend();

    endsAsSuccess();
  }
}
