package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Batching;
import dev.metronome.model.record.Cancellation;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Format;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.NodeSelector;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Part;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Presence;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Rollout;
import dev.metronome.model.record.Status;
import dev.metronome.model.record.TaskResult;
import dev.metronome.pipeline.steering.Canceller;
import dev.metronome.testing.Records;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the leader does when an event's ordered tasks have ended: undo, and {@code finally}. */
@Tag("consul")
class UndoTest {
  private static final Outcome FAILED = Outcome.error(Reason.FAILED, "exit status 1");
  private static final Cancellation WANTED =
      new Cancellation("anna@desk", Records.NOON, Optional.of("wrong version"));

  @AutoClose private final Leader leader = new Leader();

  @BeforeEach
  void three_nodes() {
    Stream.of("n1", "n2", "n3").forEach(leader::agent);
  }

  private static PlannedTask task(int no, String name, Part part, Integer undoes, Batching how) {
    return new PlannedTask(
        no,
        "web",
        name,
        Optional.ofNullable(part),
        Optional.ofNullable(undoes),
        new NodeSelector(Optional.empty(), Optional.empty()),
        new Rollout(true, false, false, 1),
        how);
  }

  private static PlannedTask undo(int no, int undoes) {
    return task(no, "task-" + undoes, Part.UNDO, undoes, Batching.NONE);
  }

  private static PlannedTask last(int no) {
    return task(no, "unlock", Part.FINALLY, null, Batching.NONE);
  }

  /** Tasks 0 to 2, then 3 to 5, which take them back, then 6, and 7, at the end. */
  private static Plan plan(String id) {
    List<PlannedTask> tasks = new ArrayList<>();
    for (int no = 0; no < 3; no++) {
      tasks.add(Records.task(no, "task-" + no));
    }
    tasks.addAll(List.of(undo(3, 2), undo(4, 1), undo(5, 0), last(6), last(7)));
    return Records.plan(id, tasks);
  }

  private void end(int no, Outcome how, String... nodes) {
    for (String node : nodes) {
      leader.ended("e1", no, node, how);
    }
  }

  private void all(int no, Outcome how) {
    end(no, how, "n1", "n2", "n3");
    leader.advance();
  }

  /** A task that has ended on the others, and whose third node vanished while it ran it. */
  private void lost(int no) {
    end(no, Outcome.success(), "n1", "n2");
    leader.orphaned("e1", no, "n3");
    leader.advance();
    leader.elapse(Leader.LIMITS.lost());
    leader.advance();
    leader.advance();
  }

  private void finallyEnds() {
    all(6, Outcome.success());
    all(7, Outcome.success());
  }

  private List<String> assigned(int no) {
    return Stream.of("n1", "n2", "n3").filter(node -> leader.isAssigned(node, "e1", no)).toList();
  }

  private boolean wasOpened(int no) {
    return leader.found(leader.keys.result("e1", no), TaskResult.class).isPresent();
  }

  private String message() {
    return leader.result("e1").message().orElse("");
  }

  @Test
  void what_was_done_is_taken_back_in_reverse_order_and_then_comes_finally() {
    leader.dispatched(plan("e1"));
    all(0, Outcome.success());
    all(1, Outcome.success());
    end(2, Outcome.success(), "n1", "n2");
    all(2, FAILED);

    for (int no : List.of(3, 4, 5, 6)) {
      assertThat(assigned(no)).as("task %d", no).containsExactly("n1", "n2", "n3");
      assertThat(leader.result("e1").status()).isEqualTo(Status.INPROGRESS);
      leader.succeed();
      assertThat(leader.advance()).as("not before it has ended").isEmpty();
      all(no, Outcome.success());
    }
    all(7, Outcome.success());
    EventResult end = leader.result("e1");
    assertThat(end.status()).isEqualTo(Status.ERROR);
    assertThat(end.reason()).contains(Reason.FAILED);
    assertThat(message())
        .startsWith("task 2 task-2 on n1")
        .endsWith("; undone: task 2 task-2, task 1 task-1, task 0 task-0");
    assertThat(leader.result("e1", 4).part()).contains(Part.UNDO);
    assertThat(leader.result("e1", 4).undoes()).contains(1);
    assertThat(leader.result("e1", 6).part()).contains(Part.FINALLY);
    assertThat(leader.result("e1", 0).part()).isEmpty();
  }

  @Test
  void an_undo_is_for_exactly_those_nodes_that_have_taken_its_task() {
    leader.dispatched(plan("e1"));
    end(0, Outcome.success(), "n1", "n2");
    leader.elapse(Leader.LIMITS.start());
    leader.advance();
    leader.elapse(Leader.LIMITS.start());
    leader.advance();
    assertThat(leader.result("e1", 0, "n3").status()).isEqualTo(Status.ERROR);
    leader.advance();

    assertThat(assigned(5)).as("n3 has never taken it").containsExactly("n1", "n2");
    assertThat(leader.result("e1", 5).targets()).containsExactly("n1", "n2");
    assertThat(wasOpened(3)).as("task 2 was never begun").isFalse();
    assertThat(wasOpened(4)).isFalse();
    end(5, Outcome.success(), "n1", "n2");
    leader.advance();
    assertThat(assigned(6)).hasSize(3);
  }

  @Test
  void of_a_batch_that_has_ended_too() {
    Batching two = BatchesTest.batching(null, "1", "2");
    List<PlannedTask> tasks = List.of(task(0, "task-0", null, null, two), undo(1, 0));
    leader.dispatched(Records.plan("e1", tasks));
    end(0, Outcome.success(), "n1");
    leader.elapse(Leader.LIMITS.start());
    leader.advance();
    leader.elapse(Leader.LIMITS.start());
    leader.advance();
    leader.advance();
    assertThat(assigned(0)).as("the second batch").containsExactly("n3");
    leader.succeed();
    end(0, FAILED, "n3");
    leader.advance();

    assertThat(assigned(1)).as("the last batch first").containsExactly("n3");
    assertThat(leader.plan("e1").orElseThrow().notReached())
        .as("n2 has never taken it")
        .containsExactly("n1");
  }

  @Test
  void nodes_that_no_longer_match_take_back_all_the_same() {
    leader.dispatched(plan("e1"));
    all(0, Outcome.success());
    leader.agent("n4");
    end(1, FAILED, "n1", "n2", "n3");
    leader.connection.commit(new Transaction().deleteTree(leader.keys.nodes()));
    leader.advance();
    assertThat(assigned(4)).containsExactly("n1", "n2", "n3");
    assertThat(leader.isAssigned("n4", "e1", 4)).isFalse();
  }

  @Test
  void nothing_is_taken_back_before_all_that_runs_has_ended() {
    leader.dispatched(plan("e1"));
    leader.claimed("e1", 0, "n1");
    end(0, FAILED, "n2", "n3");
    assertThat(leader.advance()).isEmpty();
    assertThat(assigned(5)).isEmpty();
    end(0, Outcome.success(), "n1");
    leader.advance();
    assertThat(assigned(5)).hasSize(3);
  }

  @Test
  void the_first_undo_that_fails_is_the_last_and_is_named() {
    leader.dispatched(plan("e1"));
    all(0, Outcome.success());
    all(1, Outcome.success());
    all(2, FAILED);
    all(3, Outcome.success());
    end(4, Outcome.success(), "n1", "n3");
    end(4, Outcome.error(Reason.FAILED, "no way back"), "n2");
    leader.advance();

    assertThat(wasOpened(5)).isFalse();
    assertThat(assigned(6)).as("finally follows").hasSize(3);
    finallyEnds();
    assertThat(message())
        .startsWith("task 2 task-2 on n1")
        .contains("; undone: task 2 task-2;")
        .contains("; task 4 undo of task-1 on n2: no way back;")
        .endsWith("; not undone: task 1 task-1, task 0 task-0");
    assertThat(leader.result("e1").reason()).contains(Reason.FAILED);
  }

  @Test
  void a_node_that_is_lost_is_to_take_back_too_and_fails_the_undo_if_it_does_not() {
    leader.dispatched(plan("e1"));
    lost(0);
    assertThat(leader.result("e1", 0, "n3").reason()).contains(Reason.LOST);
    assertThat(assigned(5)).containsExactly("n1", "n2", "n3");

    end(5, Outcome.success(), "n1", "n2");
    leader.advance();
    leader.elapse(Leader.LIMITS.start().plus(Duration.ofSeconds(1)));
    leader.advance();
    assertThat(leader.result("e1", 5, "n3").reason()).contains(Reason.UNREACHABLE);
    leader.advance();
    assertThat(leader.result("e1", 5).status()).isEqualTo(Status.ERROR);
    finallyEnds();
    assertThat(leader.result("e1").reason()).contains(Reason.LOST);
    assertThat(message()).contains("task 5 undo of task-0 on n3");
  }

  @Test
  void an_undo_whose_node_is_lost_is_named_and_what_failed_first_says_how_the_event_ends() {
    leader.dispatched(plan("e1"));
    all(0, FAILED);
    lost(5);
    finallyEnds();
    assertThat(leader.result("e1", 5).reason()).contains(Reason.LOST);
    assertThat(leader.result("e1").reason()).as("exit code 1").contains(Reason.FAILED);
    assertThat(message())
        .startsWith("task 0 task-0 on n1")
        .contains("; task 5 undo of task-0 on n3: the agent of node n3 vanished");
  }

  private void busy(String node) {
    says(node, Optional.of("task 0 of event e1 still runs"));
  }

  private void says(String node, Optional<String> busy) {
    Presence presence =
        new Presence(
            Format.SLOTS,
            node,
            "1",
            "h",
            1,
            Records.NOON,
            node + "/1",
            Map.of(),
            busy,
            Map.of(),
            Optional.empty(),
            List.of(),
            List.of());
    leader.connection.commit(
        new Transaction()
            .lock(leader.keys.presence(node), Json.write(presence), leader.member.session()));
  }

  @Test
  void a_node_that_is_still_at_what_it_is_to_take_back_is_waited_for() {
    leader.dispatched(plan("e1"));
    lost(0);
    end(5, Outcome.success(), "n1", "n2");
    busy("n3");
    leader.advance();
    leader.elapse(Leader.LIMITS.start().plus(Duration.ofSeconds(1)));
    leader.advance();
    assertThat(leader.found(leader.keys.result("e1", 5, "n3"), NodeResult.class)).isEmpty();

    says("n3", Optional.empty());
    leader.advance();
    assertThat(leader.found(leader.keys.result("e1", 5, "n3"), NodeResult.class))
        .as("it has just become free, and has its time to take it")
        .isEmpty();
    end(5, Outcome.success(), "n3");
    leader.advance();
    assertThat(leader.result("e1", 5).status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void a_cancellation_takes_nothing_back_and_finally_follows() {
    leader.dispatched(plan("e1"));
    all(0, Outcome.success());
    new Canceller(leader.connection, leader.keys).cancel("e1", WANTED);
    leader.advance();
    leader.advance();
    assertThat(wasOpened(3) || wasOpened(4) || wasOpened(5)).isFalse();
    assertThat(assigned(6)).hasSize(3);
    new Canceller(leader.connection, leader.keys).cancel("e1", WANTED);
    assertThat(leader.advance()).as("to cancel again is the same as once").isEmpty();
    all(6, Outcome.success());
    assertThat(assigned(7)).hasSize(3);
    all(7, Outcome.success());
    assertThat(leader.result("e1").reason()).contains(Reason.CANCELLED);
    assertThat(leader.result("e1").cancelled()).contains(WANTED);
  }

  @Test
  void a_cancellation_during_undo_ends_it_and_finally_follows() {
    leader.dispatched(plan("e1"));
    all(0, Outcome.success());
    all(1, FAILED);
    leader.claimed("e1", 4, "n1");
    new Canceller(leader.connection, leader.keys).cancel("e1", WANTED);
    leader.advance();
    end(4, WANTED.outcome(), "n1");
    leader.advance();

    assertThat(wasOpened(5)).isFalse();
    assertThat(assigned(6)).hasSize(3);
    finallyEnds();
    assertThat(leader.result("e1").reason()).contains(Reason.FAILED);
    assertThat(leader.result("e1").cancelled()).contains(WANTED);
    assertThat(message())
        .startsWith("task 1 task-1 on n1")
        .contains("; undo cancelled by anna@desk: wrong version")
        .endsWith("; not undone: task 1 task-1, task 0 task-0");
  }

  @Test
  void a_cancellation_during_finally_ends_that_too() {
    leader.dispatched(plan("e1"));
    IntStream.range(0, 3).forEach(no -> all(no, Outcome.success()));
    new Canceller(leader.connection, leader.keys).cancel("e1", WANTED);
    leader.advance();
    leader.advance();
    assertThat(leader.result("e1").reason()).contains(Reason.CANCELLED);
    assertThat(wasOpened(7)).isFalse();
  }

  @Test
  void without_a_failure_nothing_is_taken_back_and_finally_runs_once() {
    leader.dispatched(plan("e1"));
    IntStream.range(0, 3).forEach(no -> all(no, Outcome.success()));
    assertThat(leader.plan("e1").orElseThrow().current()).isEqualTo(6);
    finallyEnds();
    assertThat(leader.result("e1").status()).isEqualTo(Status.SUCCESS);
    assertThat(wasOpened(3) || wasOpened(4) || wasOpened(5)).isFalse();
    assertThat(leader.plan("e1")).isEmpty();
  }

  @Test
  void a_failure_in_finally_is_the_events_only_if_it_is_the_first() {
    leader.dispatched(plan("e1"));
    all(0, FAILED);
    all(5, Outcome.success());
    all(6, Outcome.error(Reason.FAILED, "still locked"));
    assertThat(assigned(7)).as("the others of finally follow all the same").hasSize(3);
    all(7, Outcome.success());
    assertThat(message())
        .startsWith("task 0 task-0 on n1")
        .contains("exit status 1; undone: task 0 task-0; task 6 finally unlock on n1");

    leader.dispatched(Records.plan("e2", List.of(Records.task(0, "task-0"), last(1))));
    Stream.of("n1", "n2", "n3").forEach(n -> leader.ended("e2", 0, n, Outcome.success()));
    leader.advance();
    Stream.of("n1", "n2", "n3").forEach(n -> leader.ended("e2", 1, n, FAILED));
    leader.advance();
    assertThat(leader.result("e2").status()).isEqualTo(Status.ERROR);
    assertThat(leader.result("e2").message().orElse("")).startsWith("task 1 finally unlock on n1");
  }

  @Test
  void what_was_opened_in_batches_is_taken_back_in_these_the_last_one_first() {
    Batching two = BatchesTest.batching(null, "100%", "1", "2");
    leader.dispatched(
        Records.plan(
            "e1",
            List.of(
                task(0, "install", null, null, two),
                Records.task(1, "task-1"),
                task(2, "install", Part.UNDO, 0, two))));
    end(0, Outcome.success(), "n1");
    leader.advance();
    end(0, Outcome.success(), "n2");
    end(0, FAILED, "n3");
    leader.advance();
    assertThat(assigned(2)).containsExactly("n2", "n3");
    end(2, Outcome.success(), "n2", "n3");
    leader.advance();
    assertThat(assigned(2)).containsExactly("n1");
  }

  @Test
  void a_leader_that_finds_an_undo_waiting_opens_it_for_the_nodes_in_the_plan() {
    Plan ended = plan("e1").open(Records.NOON, List.of("n2")).taken("n2"::equals).end(FAILED);
    PlannedTask undo = ended.undoAhead().get(0);
    leader.given(ended.to(undo, List.of()));
    leader.advance();
    assertThat(assigned(5)).containsExactly("n2");
  }

  @Test
  void who_does_not_know_undo_leaves_the_plan_and_the_assignment_alone() {
    leader.dispatched(plan("e1"));
    assertThat(leader.plan("e1").orElseThrow().format()).isEqualTo(Format.ROLLOUT);
    all(0, FAILED);
    assertThat(assignment("n1").format()).isEqualTo(Format.ROLLOUT);
    all(5, Outcome.success());
    assertThat(assignment("n1").format()).as("any task").isEqualTo(Format.CURRENT);
  }

  private Assignment assignment(String node) {
    return leader
        .found(leader.keys.assignment(node, Keys.COMMON_LANE), Assignment.class)
        .orElseThrow();
  }

  @Test
  void a_plan_says_once_who_has_taken_several_tasks() {
    leader.dispatched(plan("e1"));
    all(0, Outcome.success());
    all(1, Outcome.success());
    all(2, FAILED);
    String text = Json.text(leader.plan("e1").orElseThrow());
    assertThat(text).contains("\"Taken\":[{\"Of\":[0,1,2],\"Batches\":[[");
  }
}
