package dev.metronome.model.record;

import static dev.metronome.testing.Records.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.testing.Records;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a plan becomes from step to step, and what it then says of itself. */
class PlanCourseTest {

  private static final Instant LATER = NOON.plusSeconds(60);
  private static final Outcome FAILED = Outcome.error(Reason.FAILED, "exit code 3");
  private static final Cancellation WISH = new Cancellation("ops", NOON, Optional.empty());
  private static final Batching GATED =
      new Batching(
          List.of(new Share(1, false)),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.of(new HealthGate(10, 300, Optional.empty())));

  private static PlannedTask part(int no, String name, Part part, Integer undoes) {
    return task(no, name, Optional.of(part), Optional.ofNullable(undoes), Batching.NONE);
  }

  private static PlannedTask task(
      int no, String name, Optional<Part> part, Optional<Integer> undoes, Batching batching) {
    return new PlannedTask(
        no,
        "web",
        name,
        part,
        undoes,
        new NodeSelector(Optional.empty(), Optional.empty()),
        new Rollout(true, false, false, 1),
        batching);
  }

  private static PlannedTask approval(int no) {
    return Records.approval(
        no, new Approval("go?", List.of("ops"), 1, Optional.empty(), 600, Approval.OnTimeout.DENY));
  }

  private static Plan gated() {
    return Records.plan(
        "e1", List.of(task(0, "install", Optional.empty(), Optional.empty(), GATED)));
  }

  private static Plan withUndo() {
    return Records.plan(
        "e1",
        List.of(
            Records.task(0, "stop"),
            Records.task(1, "install"),
            Records.task(2, "start"),
            part(3, "install", Part.UNDO, 1),
            part(4, "stop", Part.UNDO, 0),
            part(5, "unlock", Part.FINALLY, null)));
  }

  @Test
  void a_task_that_a_plan_does_not_have_cannot_be_its_head() {
    Plan last = Records.plan("e1", 2).next(Status.SUCCESS);

    assertThat(last.isLast()).isTrue();
    assertThat(Records.plan("e1", 2).isLast()).isFalse();
    assertThatThrownBy(() -> last.next(Status.SUCCESS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no task 2 in a plan of 2");
    assertThatThrownBy(() -> new Plan(1, last.event(), NOON, "d", last.tasks(), null, at(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Stage at(int first) {
    return Stage.at(first, List.of());
  }

  @Test
  void the_next_task_waits_and_remembers_whether_anything_succeeded() {
    Plan open = Records.plan("e1", 3).open(NOON, List.of("a"));
    assertThat(open.isOpen()).isTrue();
    assertThat(open.openedAt()).hasValue(NOON);

    Plan skipped = open.next(Status.SKIP);
    assertThat(skipped.current()).isEqualTo(1);
    assertThat(skipped.isOpen()).isFalse();
    assertThat(skipped.targets()).isEmpty();
    assertThat(skipped.succeeded()).isFalse();
    assertThat(open.next(Status.SUCCESS).succeeded()).isTrue();
    assertThat(open.next(Status.SUCCESS).next(Status.SKIP).succeeded()).isTrue();
  }

  @Test
  void that_somebody_agreed_is_no_success_of_the_event() {
    Plan asking = Records.plan("e1", List.of(approval(0), Records.task(1, "install"))).ask(NOON);

    assertThat(asking.isAsking()).isTrue();
    assertThat(asking.next(Status.SUCCESS).succeeded()).isFalse();
    assertThat(asking.next(Status.SUCCESS).isAsking()).isFalse();
  }

  @Test
  void the_first_few_tasks_that_left_nodes_out_are_told_of() {
    Plan plan = Records.plan("e1", 8);
    for (int no = 0; no < 7; no++) {
      plan =
          plan.open(NOON, List.of("a"), List.of(new LeftOut("b" + no, LeftOut.NO_AGENT)))
              .next(Status.SUCCESS);
    }

    assertThat(plan.hasLeftNodesOut()).isTrue();
    assertThat(plan.leftOutBefore())
        .hasSize(5)
        .startsWith("task 0 task-0: 1 of 2; b0 left out: no agent")
        .endsWith("task 4 task-4: 1 of 2; b4 left out: no agent");
    assertThat(Records.plan("e1", 2).open(NOON, List.of("a")).next(Status.SUCCESS))
        .returns(false, Plan::hasLeftNodesOut)
        .returns(List.of(), Plan::leftOutBefore);
  }

  @Test
  void what_of_an_event_is_not_in_its_plan_is_no_node_that_was_left_out() {
    Plan plan =
        Plan.of(
            Records.event("e1"),
            NOON,
            "d",
            List.of(Records.task(0, "install")),
            Optional.of("no db/task.yml"));

    assertThat(plan.leftOutBefore()).containsExactly("no db/task.yml");
    assertThat(plan.hasLeftNodesOut()).isFalse();
    assertThat(plan.epoch()).isZero();
  }

  @Test
  void a_plan_of_a_retry_begins_where_it_resumes_with_the_nodes_that_are_left() {
    Event retry =
        Records.event("e2")
            .resuming(new Resume("e1", 1, "web", "task-1", List.of("b"), List.of("a")));
    List<PlannedTask> tasks = Records.plan("e1", 3).tasks();
    Plan plan = Plan.of(retry, NOON, "d", tasks);

    assertThat(plan.current()).isEqualTo(1);
    assertThat(plan.chosen()).containsExactly("b");
    assertThat(plan.gateNodes()).containsExactly("a");
    assertThat(plan.isOnlyToBeHealthy()).isFalse();
    assertThat(plan.next(Status.SUCCESS))
        .returns(List.of(), Plan::chosen)
        .returns(List.of(), Plan::gateNodes)
        .returns(false, Plan::isOnlyToBeHealthy);
    Resume gate = new Resume("e1", 1, "web", "task-1", List.of(), List.of("a"));
    assertThat(Plan.of(Records.event("e2").resuming(gate), NOON, "d", tasks).isOnlyToBeHealthy())
        .isTrue();
    Resume all = new Resume("e1", 1, "web", "task-1", List.of(), List.of());
    assertThat(Plan.of(Records.event("e2").resuming(all), NOON, "d", tasks).isOnlyToBeHealthy())
        .isFalse();
  }

  @Test
  void what_takes_tasks_back_is_due_where_they_were_taken_the_last_nodes_first() {
    Plan first = withUndo().open(NOON, List.of("a", "b")).taken(node -> node.equals("a"));
    assertThat(first.undoAhead()).extracting(PlannedTask::no).containsExactly(4);
    assertThat(first.toUndo()).isEmpty();
    assertThat(first.course()).extracting(PlannedTask::no).containsExactly(0, 1, 2, 5);
    assertThat(first.ordered()).extracting(PlannedTask::no).containsExactly(0, 1, 2);
    assertThat(withUndo().open(NOON, List.of("a")).taken(node -> false).undoAhead()).isEmpty();

    Plan second =
        first
            .next(Status.SUCCESS)
            .openInBatches(NOON, List.of(List.of("a"), List.of("b")), List.of())
            .openBatch(NOON, EndedNodes.NONE)
            .taken(node -> true);
    assertThat(second.undoAhead()).extracting(PlannedTask::no).containsExactly(3, 4);
    Plan third = second.next(Status.SUCCESS).open(NOON, List.of("c")).taken(node -> true);
    assertThat(third.undoAhead()).as("nothing takes start back").hasSize(2);

    Plan ended = third.end(FAILED);
    Plan undoing = ended.to(ended.undoAhead().get(0), List.of());
    assertThat(undoing.head().title()).isEqualTo("task 3 undo of install");
    assertThat(undoing.toUndo()).containsExactly(List.of("b"), List.of("a"));
    assertThat(undoing.undoneFrom()).hasValue(1);
    assertThat(undoing.course()).extracting(PlannedTask::no).containsExactly(0, 1, 2, 3, 4, 5);
    Plan both = undoing.to(undoing.undoAhead().get(0), List.of());
    assertThat(both.toUndo()).containsExactly(List.of("a"));
    assertThat(both.undoneFrom()).hasValue(0);
    assertThat(both.undoAhead()).isEmpty();
    assertThat(both.finallyAhead().orElseThrow().no()).isEqualTo(5);
    assertThat(both.to(both.finallyAhead().orElseThrow(), List.of()).finallyAhead()).isEmpty();
  }

  @Test
  void tasks_that_the_same_nodes_have_taken_share_their_names() {
    List<List<String>> nodes = List.of(List.of("a"));
    List<Taken> taken = Taken.and(Taken.and(List.of(), 0, nodes), 1, List.of(List.of("b")));

    assertThat(Taken.and(taken, 2, nodes))
        .containsExactly(
            new Taken(List.of(0, 2), nodes), new Taken(List.of(1), List.of(List.of("b"))));
  }

  @Test
  void where_its_ordered_tasks_ended_is_kept_while_its_end_goes_on() {
    Plan open = withUndo().open(NOON, List.of("a")).taken(node -> true);
    assertThat(open.atOrderedEnd()).isEqualTo(open);
    assertThat(open.ending()).isEmpty();

    Plan ended = open.end(FAILED);
    Plan at5 = ended.to(ended.finallyAhead().orElseThrow(), List.of()).open(NOON, List.of("z"));
    assertThat(at5.atOrderedEnd())
        .returns(0, Plan::current)
        .returns(List.of("a"), Plan::targets)
        .returns(Optional.empty(), Plan::ending);
    Plan worse = at5.end(Outcome.error(Reason.FAILED, "exit code 3; and more"));
    assertThat(worse.ending().orElseThrow().outcome().message()).hasValue("exit code 3; and more");
    assertThat(worse.atOrderedEnd().current()).isZero();
    assertThat(worse.undoneFrom()).isEmpty();
  }

  @Test
  void a_wish_to_cancel_is_obeyed_once() {
    Plan wished = withUndo().open(NOON, List.of("a")).cancel(WISH);
    assertThat(wished.isCancelling()).isTrue();
    assertThat(withUndo().isCancelling()).isFalse();

    Plan ended = wished.end(FAILED);
    Plan at5 = ended.to(ended.finallyAhead().orElseThrow(), List.of());
    assertThat(at5.isCancelling()).isFalse();
    assertThat(at5.cancelled()).hasValue(WISH);

    Plan late = withUndo().open(NOON, List.of("a")).end(FAILED);
    Plan again = late.to(late.finallyAhead().orElseThrow(), List.of()).cancel(WISH);
    assertThat(again.isCancelling()).as("wished for at its end").isTrue();
  }

  @Test
  void votes_are_cast_and_struck_until_the_time_is_up() {
    Plan asking = Records.plan("e1", List.of(approval(0), Records.task(1, "install"))).ask(NOON);
    Vote vote = Vote.of("e1", 0, "ada@a", List.of(), Vote.Choice.APPROVE, NOON, Optional.empty());
    Vote against = Vote.of("e1", 0, "eve@b", List.of(), Vote.Choice.DENY, NOON, Optional.empty());

    Plan two = asking.voted(vote).voted(against);
    assertThat(two.voting()).hasValue(new Voting(NOON.plusSeconds(600), List.of(vote, against)));
    assertThat(two.without(List.of(vote)).voting().orElseThrow().votes()).containsExactly(against);
    assertThat(two.format()).isEqualTo(Format.TRAFFIC);
    Plan decided = two.decided(Outcome.success(), LATER);
    assertThat(decided.approvals())
        .containsExactly(
            new DecidedApproval(
                0, Approval.STEP, Status.SUCCESS, LATER, List.of("ada@a"), Optional.empty()));
    assertThat(two.decided(FAILED, LATER).approvals())
        .extracting(DecidedApproval::by)
        .containsExactly(List.of("eve@b"));
    assertThat(Records.plan("e1", 1).decided(FAILED, LATER).approvals()).isEmpty();
  }

  @Test
  void the_first_ten_approvals_are_told_of() {
    List<PlannedTask> tasks =
        new ArrayList<>(IntStream.range(0, 12).mapToObj(PlanCourseTest::approval).toList());
    Plan plan = Records.plan("e1", tasks);
    for (int no = 0; no < 11; no++) {
      plan = plan.ask(NOON).decided(Outcome.success(), LATER).next(Status.SUCCESS);
    }

    assertThat(plan.approvals()).hasSize(10);
    assertThat(plan.approvals().get(9).no()).isEqualTo(9);
  }

  @Test
  void the_first_failure_that_is_gone_on_after_is_remembered() {
    Plan open = Records.plan("e1", 3).open(NOON, List.of("a"));
    assertThat(open.goneOnAfter(Outcome.success())).isSameAs(open);

    Plan failed = open.goneOnAfter(FAILED);
    assertThat(failed.failedBefore())
        .hasValue(new FailedBefore(0, Outcome.error(Reason.FAILED, "task 0 task-0 exit code 3")));
    Plan next = failed.next(Status.ERROR).open(NOON, List.of("a"));
    assertThat(next.goneOnAfter(Outcome.timeout("late"))).isSameAs(next);
  }

  @Test
  void in_a_slot_of_its_own_only_agents_that_know_lanes_read_it() {
    Plan plan = Records.plan("e1", 1);
    assertThat(plan.slot()).isEqualTo(Keys.COMMON_LANE);
    assertThat(plan.lane()).isEqualTo(Keys.COMMON_LANE);
    assertThat(plan.inSlot(Keys.COMMON_LANE)).isEqualTo(plan);

    Plan app = plan.inSlot("app.2");
    assertThat(app.slot()).isEqualTo("app.2");
    assertThat(app.lane()).isEqualTo("app");
    assertThat(app.format()).isEqualTo(Format.TRAFFIC);
    assertThat(app.open(NOON, List.of("a")).format()).isEqualTo(Format.TRAFFIC);
    assertThat(gated().format()).isEqualTo(Format.ROLLOUT);
    Event limited = Records.event("e1").limited(Optional.of(Limit.of("2")));
    assertThat(Plan.of(limited, NOON, "d", plan.tasks()).format()).isEqualTo(Format.ROLLOUT);
  }

  @Test
  void the_place_of_its_span_is_below_the_events() {
    Plan plan = Records.plan("e1", 2);
    assertThat(plan.place()).isEmpty();

    TraceParent own = plan.event().place();
    Plan traced = plan.traced(Optional.of(own));
    assertThat(traced.traceparent()).hasValue(own.text());
    assertThat(traced.place()).hasValue(own.child("0"));
    assertThat(traced.next(Status.SUCCESS).place()).hasValue(own.child("1"));
    assertThat(traced.traced(Optional.empty()).traceparent()).isEmpty();
  }
}
