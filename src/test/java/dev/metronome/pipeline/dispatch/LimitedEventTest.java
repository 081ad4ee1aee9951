package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Event;
import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.Limit;
import dev.metronome.model.record.NodeSelector;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Part;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Rollout;
import dev.metronome.model.record.Status;
import dev.metronome.testing.Records;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** An event whose sender has said which nodes it may run on at most. */
class LimitedEventTest {

  @AutoClose private final Leader leader = new Leader();

  private static Event event(String limit) {
    return Records.event("e1").limited(Optional.of(Limit.of(limit)));
  }

  private static Plan plan(String limit) {
    return Plan.of(
        event(limit), Records.NOON, "web:0", List.of(task(0, "install"), task(1, "after")));
  }

  private static PlannedTask task(int no, String name) {
    return new PlannedTask(
        no,
        "web",
        name,
        new NodeSelector(Optional.empty(), Optional.empty()),
        new Rollout(false, false, false, 1));
  }

  @Test
  void the_named_nodes_run_it_and_the_others_are_left_out_by_name() {
    List.of("a", "b", "c").forEach(leader::agent);
    leader.dispatched(plan("c,a"));

    assertThat(leader.plan("e1").orElseThrow().targets()).containsExactly("a", "c");
    assertThat(leader.plan("e1").orElseThrow().leftOut())
        .containsExactly(new LeftOut("b", LeftOut.NOT_LIMITED));
    assertThat(leader.isAssigned("b", "e1", 0)).isFalse();
  }

  @Test
  void a_number_takes_the_first_of_each_task_and_the_next_task_too() {
    List.of("a", "b", "c").forEach(leader::agent);
    leader.dispatched(plan("2"));
    assertThat(leader.plan("e1").orElseThrow().targets()).containsExactly("a", "b");

    leader.succeed(); // a plan knows its limit, whoever leads
    leader.ended("e1", 0, "a", Outcome.success());
    leader.ended("e1", 0, "b", Outcome.success());
    leader.advance();
    assertThat(leader.plan("e1").orElseThrow().current()).isEqualTo(1);
    assertThat(leader.plan("e1").orElseThrow().targets()).containsExactly("a", "b");
  }

  @Test
  void a_task_that_has_no_node_in_the_limit_is_skipped_at_once() {
    leader.agent("a");
    leader.dispatched(plan("b"));
    leader.advance();
    leader.advance();

    assertThat(leader.result("e1", 0).status()).isEqualTo(Status.SKIP);
    assertThat(leader.result("e1", 0).reason()).hasValue(Reason.NO_TARGET);
    assertThat(leader.result("e1", 0).message().orElseThrow()).contains("event's limit (b)");
  }

  @Test
  void an_older_agent_that_takes_over_does_not_go_beyond_the_limit() {
    assertThat(plan("a").format()).isEqualTo(3);
    PlannedTask last =
        new PlannedTask(
            0,
            "web",
            "unlock",
            Optional.of(Part.FINALLY),
            Optional.empty(),
            new NodeSelector(Optional.empty(), Optional.empty()),
            new Rollout(false, false, false, 1),
            null);
    assertThat(Plan.of(Records.event("e1"), Records.NOON, "", List.of(last)).format()).isEqualTo(3);
    assertThat(plan("a").next(Status.SUCCESS).format()).isEqualTo(3);
    assertThat(Plan.of(Records.event("e1"), Records.NOON, "", List.of(task(0, "x"))).format())
        .isEqualTo(2);
  }

  @Test
  void run_on_chooses_among_those_that_are_in_the_limit() {
    Selection selection =
        Selection.ofWanted(
            task(0, "install"),
            List.of(),
            Optional.of(Limit.of("b,c")),
            List.of("a", "b", "c").stream()
                .map(name -> Candidate.of(name, Map.of(), Candidate.Condition.READY, true))
                .map(
                    each ->
                        each.judged(task(0, "install"), List.of(), Optional.of(Limit.of("b,c"))))
                .toList());
    assertThat(selection.targets()).containsExactly("b", "c");
    assertThat(selection.leftOut()).containsExactly(new LeftOut("a", LeftOut.NOT_LIMITED));
  }
}
