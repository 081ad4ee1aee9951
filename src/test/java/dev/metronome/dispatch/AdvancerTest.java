package dev.metronome.dispatch;

import static dev.metronome.testing.Records.filtered;
import static dev.metronome.testing.Records.plan;
import static dev.metronome.testing.Records.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.record.Outcome;
import dev.metronome.record.Plan;
import dev.metronome.record.PlannedTask;
import dev.metronome.record.Reason;
import dev.metronome.record.Status;
import dev.metronome.testing.Records;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the leader does with an event in progress, step by step, by a clock that the test sets. */
class AdvancerTest {

  private static final Duration LOOK = Duration.ofSeconds(2);
  private static final Outcome FAILED = Outcome.error(Reason.FAILED, "exit code 3");

  private final Leader leader = new Leader();

  @AfterEach
  void close() {
    leader.close();
  }

  private static PlannedTask skipUnreachable(int no, String service) {
    return new PlannedTask(
        no, "web", "task-" + no, Optional.of(service), Optional.empty(), true, true, false, 1);
  }

  private static PlannedTask required(int no, String service) {
    return new PlannedTask(
        no, "web", "task-" + no, Optional.of(service), Optional.empty(), false, false, false, 1);
  }

  @Test
  void a_task_is_closed_only_when_every_target_has_ended() {
    leader.given(plan("e1", 2).open(Records.NOON, List.of("a", "b")));
    leader.agent("a");
    leader.agent("b");
    leader.advance();
    leader.ended("e1", 0, "a", Outcome.success());
    leader.claimed("e1", 0, "b");

    assertThat(leader.advance()).isEmpty();
    assertThat(leader.plan("e1").orElseThrow().current()).isZero();

    leader.ended("e1", 0, "b", Outcome.success());
    assertThat(leader.advance()).isPresent();
    assertThat(leader.result("e1", 0).status()).isEqualTo(Status.SUCCESS);
    assertThat(leader.plan("e1").orElseThrow().current()).isEqualTo(1);
  }

  @Test
  void the_next_task_is_opened_in_the_transaction_that_closes_the_one_before() {
    leader.given(plan("e1", 2).open(Records.NOON, List.of("a")));
    leader.agent("a");
    leader.agent("b");
    leader.ended("e1", 0, "a", Outcome.success());
    long requests = leader.connection.requests();

    Step step = leader.advance().orElseThrow();

    assertThat(step.followers()).isEmpty();
    assertThat(leader.connection.requests() - requests).isLessThanOrEqualTo(4);
    Plan next = leader.plan("e1").orElseThrow();
    assertThat(next.current()).isEqualTo(1);
    assertThat(next.targets()).containsExactly("a", "b");
    assertThat(leader.isAssigned("a", "e1", 1)).isTrue();
    assertThat(leader.isAssigned("b", "e1", 1)).isTrue();
    assertThat(leader.result("e1", 1).status()).isEqualTo(Status.INPROGRESS);
    assertThat(leader.connection.list(leader.keys.claims("e1", 0)).value()).isEmpty();
    long index = leader.connection.get(leader.keys.plan("e1")).orElseThrow().modifyIndex();
    assertThat(leader.connection.get(leader.keys.result("e1", 0)).orElseThrow().modifyIndex())
        .isEqualTo(index);
    assertThat(
            leader.connection.get(leader.keys.assignment("a", "e1", 1)).orElseThrow().modifyIndex())
        .isEqualTo(index);
  }

  @Test
  void the_last_task_ends_the_event() {
    leader.given(plan("e1", 1).open(Records.NOON, List.of("a")));
    leader.ended("e1", 0, "a", Outcome.success());

    Step step = leader.advance().orElseThrow();

    assertThat(step.isEnd()).isTrue();
    assertThat(leader.plan("e1")).isEmpty();
    assertThat(leader.result("e1").status()).isEqualTo(Status.SUCCESS);
    assertThat(leader.connection.list(leader.keys.progressQueue()).value()).isEmpty();
    assertThat(leader.progress.isIdle()).isFalse(); // not started as a consumer here
  }

  @Test
  void a_failed_task_drops_the_rest_of_the_event() {
    leader.given(plan("e1", 3).open(Records.NOON, List.of("a", "b")));
    leader.ended("e1", 0, "a", Outcome.timeout("slow"));
    leader.ended("e1", 0, "b", FAILED);

    leader.advance();

    assertThat(leader.result("e1", 0).status()).isEqualTo(Status.ERROR);
    assertThat(leader.result("e1", 0).message().orElseThrow())
        .contains("on b")
        .contains("1 more")
        .contains("exit code 3");
    assertThat(leader.result("e1").status()).isEqualTo(Status.ERROR);
    assertThat(leader.result("e1").message().orElseThrow()).contains("task 0 task-0");
    assertThat(leader.plan("e1")).isEmpty();
    assertThat(leader.found(leader.keys.result("e1", 1), Map.class)).isEmpty();
  }

  @Test
  void a_task_without_a_target_waits_and_is_skipped_after_the_start_timeout() {
    leader.given(plan("e1", List.of(filtered(0, "task-0", "db", null))));
    assertThat(leader.advance()).isEmpty();

    leader.elapse(Duration.ofSeconds(119));
    assertThat(leader.advance()).isEmpty();
    leader.elapse(LOOK);

    assertThat(leader.advance()).isPresent();
    assertThat(leader.result("e1", 0).status()).isEqualTo(Status.SKIP);
    assertThat(leader.result("e1", 0).message().orElseThrow()).contains("no node matches db");
    assertThat(leader.result("e1").status()).isEqualTo(Status.SKIP);
  }

  @Test
  void a_task_without_a_target_that_must_not_be_skipped_times_out() {
    leader.given(plan("e1", List.of(required(0, "db"))));
    leader.advance();

    leader.elapse(Duration.ofSeconds(121));
    leader.advance();

    assertThat(leader.result("e1", 0).status()).isEqualTo(Status.TIMEOUT);
    assertThat(leader.result("e1").status()).isEqualTo(Status.TIMEOUT);
    assertThat(leader.result("e1").reason()).hasValue(Reason.NO_TARGET);
  }

  @Test
  void a_skipped_task_does_not_hide_an_earlier_success() {
    leader.given(
        plan("e1", List.of(task(0, "task-0"), filtered(1, "task-1", "db", null)))
            .open(Records.NOON, List.of("a")));
    leader.ended("e1", 0, "a", Outcome.success());
    leader.advance();
    leader.advance();
    leader.elapse(Duration.ofSeconds(121));

    leader.advance();

    assertThat(leader.result("e1", 1).status()).isEqualTo(Status.SKIP);
    assertThat(leader.result("e1").status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void a_node_that_comes_while_a_task_waits_is_its_target() {
    leader.given(plan("e1", List.of(filtered(0, "task-0", "db", "primary"))));
    leader.agent("a");
    assertThat(leader.advance()).isEmpty();

    leader.service("a", "db", "db1", "primary");
    leader.elapse(LOOK);
    leader.advance();

    assertThat(leader.plan("e1").orElseThrow().targets()).containsExactly("a");
  }

  @Test
  void targets_are_frozen_when_the_task_opens() {
    leader.given(plan("e1", 1));
    leader.agent("a");
    leader.advance();

    leader.agent("b");
    leader.elapse(LOOK);
    leader.advance();

    assertThat(leader.plan("e1").orElseThrow().targets()).containsExactly("a");
    assertThat(leader.isAssigned("b", "e1", 0)).isFalse();
  }

  @Test
  void a_failed_node_fails_the_task_at_once() {
    leader.given(plan("e1", List.of(filtered(0, "task-0", "db", null))));
    leader.agent("a");
    leader.service("a", "db", "db1", null);
    leader.agent("b");
    leader.service("b", "db", "db1", null);
    leader.consul.fail("b");

    leader.advance();

    assertThat(leader.result("e1").status()).isEqualTo(Status.ERROR);
    assertThat(leader.result("e1").reason()).hasValue(Reason.UNREACHABLE);
    assertThat(leader.result("e1").message().orElseThrow()).contains("node b");
    assertThat(leader.result("e1", 0, "b").status()).isEqualTo(Status.ERROR);
    assertThat(leader.isAssigned("a", "e1", 0)).isFalse();
  }

  @Test
  void unreachable_skip_leaves_failed_nodes_and_nodes_without_an_agent_out() {
    leader.given(plan("e1", List.of(skipUnreachable(0, "db"))));
    leader.agent("a");
    leader.service("a", "db", "db1", null);
    leader.service("b", "db", "db1", null);
    leader.service("c", "db", "db1", null);
    leader.consul.fail("b");

    leader.advance();

    assertThat(leader.plan("e1").orElseThrow().targets()).containsExactly("a");
  }

  @Test
  void a_target_without_an_agent_is_waited_for_and_ends_as_error_after_the_start_timeout() {
    leader.given(plan("e1", List.of(filtered(0, "task-0", "db", null))));
    leader.service("b", "db", "db1", null);
    leader.advance();
    assertThat(leader.plan("e1").orElseThrow().targets()).containsExactly("b");
    leader.advance();

    leader.elapse(Duration.ofSeconds(119));
    assertThat(leader.advance()).isEmpty();
    leader.elapse(Duration.ofSeconds(2));
    assertThat(leader.advance()).isPresent();
    leader.advance();

    assertThat(leader.result("e1").status()).isEqualTo(Status.ERROR);
    assertThat(leader.result("e1").reason()).hasValue(Reason.UNREACHABLE);
    assertThat(leader.result("e1").message().orElseThrow()).contains("node b");
    assertThat(leader.isAssigned("b", "e1", 0)).isFalse();
  }

  /** The time that a task waited to be opened is not the time that its targets had to take it. */
  @Test
  void the_start_timeout_of_a_target_counts_from_the_opening() {
    leader.given(plan("e1", List.of(filtered(0, "task-0", "db", null))));
    leader.advance();
    leader.elapse(Duration.ofSeconds(118));
    leader.service("b", "db", "db1", null);
    leader.advance();
    assertThat(leader.plan("e1").orElseThrow().isOpen()).isTrue();

    leader.advance();
    leader.elapse(Duration.ofSeconds(60));

    assertThat(leader.advance()).isEmpty();
    leader.elapse(Duration.ofSeconds(61));
    assertThat(leader.advance()).isPresent();
  }

  @Test
  void a_target_that_fails_before_it_took_the_task_ends_as_error() {
    leader.given(plan("e1", 1));
    leader.agent("a");
    leader.agent("b");
    leader.advance();
    leader.ended("e1", 0, "a", Outcome.success());
    leader.advance();

    leader.consul.fail("b");
    leader.elapse(Duration.ofSeconds(5));
    leader.advance();
    leader.advance();

    assertThat(leader.result("e1", 0, "b").reason()).hasValue(Reason.UNREACHABLE);
    assertThat(leader.result("e1").status()).isEqualTo(Status.ERROR);
  }

  @Test
  void a_task_that_runs_too_long_times_out_on_the_nodes_that_have_not_ended() {
    leader.given(plan("e1", 1).open(Records.NOON, List.of("a", "b")));
    leader.ended("e1", 0, "a", Outcome.success());
    leader.claimed("e1", 0, "b");
    leader.advance();

    leader.elapse(Duration.ofSeconds(3_599));
    assertThat(leader.advance()).isEmpty();
    leader.elapse(Duration.ofSeconds(2));
    leader.advance();
    leader.advance();

    assertThat(leader.result("e1", 0, "a").status()).isEqualTo(Status.SUCCESS);
    assertThat(leader.result("e1", 0, "b").status()).isEqualTo(Status.TIMEOUT);
    assertThat(leader.result("e1").status()).isEqualTo(Status.TIMEOUT);
  }

  @Test
  void a_claim_without_a_lock_is_lost_after_five_seconds() {
    leader.given(plan("e1", 1).open(Records.NOON, List.of("a")));
    leader.orphaned("e1", 0, "a");
    leader.advance();

    leader.elapse(Duration.ofMillis(4_900));
    assertThat(leader.advance()).isEmpty();
    leader.elapse(Duration.ofMillis(200));
    leader.advance();
    leader.advance();

    assertThat(leader.result("e1", 0, "a").reason()).hasValue(Reason.LOST);
    assertThat(leader.result("e1").status()).isEqualTo(Status.ERROR);
    assertThat(leader.result("e1").message().orElseThrow()).contains("a/1");
  }

  @Test
  void a_claim_that_is_locked_again_in_time_is_not_lost() {
    leader.given(plan("e1", 1).open(Records.NOON, List.of("a")));
    leader.orphaned("e1", 0, "a");
    leader.advance();
    leader.elapse(Duration.ofSeconds(4));
    leader.claimed("e1", 0, "a");
    leader.advance();
    leader.elapse(Duration.ofSeconds(4));
    leader.orphaned("e1", 0, "a");
    leader.connection.commit(
        new dev.metronome.consul.Transaction().delete(leader.keys.claim("e1", 0, "a")));
    leader.orphaned("e1", 0, "a");

    assertThat(leader.advance()).isEmpty();
    leader.elapse(Duration.ofSeconds(4));
    assertThat(leader.advance()).isEmpty();
  }

  @Test
  void no_jump_of_the_wall_clock_ends_anything() {
    leader.given(plan("e1", 1).open(Records.NOON, List.of("a", "b")));
    leader.claimed("e1", 0, "a");
    leader.orphaned("e1", 0, "b");
    leader.advance();

    leader.wallSeconds.addAndGet(1_000_000);
    assertThat(leader.advance()).isEmpty();
    leader.wallSeconds.addAndGet(-5_000_000);
    assertThat(leader.advance()).isEmpty();
  }

  @Test
  void a_successor_counts_anew_so_that_nothing_ends_too_early() {
    leader.given(plan("e1", 1).open(Records.NOON, List.of("a")));
    leader.orphaned("e1", 0, "a");
    leader.advance();
    leader.elapse(Duration.ofSeconds(4));

    leader.succeed();
    assertThat(leader.advance()).isEmpty();
    leader.elapse(Duration.ofSeconds(4));
    assertThat(leader.advance()).isEmpty();
    leader.elapse(Duration.ofSeconds(2));
    assertThat(leader.advance()).isPresent();
  }

  @Test
  void what_a_node_recorded_meanwhile_stands() {
    leader.given(plan("e1", 1).open(Records.NOON, List.of("a")));
    leader.orphaned("e1", 0, "a");
    leader.advance();
    leader.elapse(Duration.ofSeconds(6));
    Progress before = leader.read();
    leader.ended("e1", 0, "a", Outcome.success());

    assertThat(leader.put(leader.advancer.advance(before))).isEmpty();

    assertThat(leader.result("e1", 0, "a").status()).isEqualTo(Status.SUCCESS);
    leader.advance();
    assertThat(leader.result("e1").status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void a_claim_that_cannot_be_read_ends_the_task_on_its_node_as_error() {
    leader.given(plan("e1", 1).open(Records.NOON, List.of("a", "b")));
    leader.ended("e1", 0, "a", Outcome.success());
    leader.claimed("e1", 0, "b");
    leader.set(leader.keys.claim("e1", 0, "b"), Leader.bytes("{\"Format\":1"));

    leader.advance();
    if (leader.plan("e1").isPresent()) {
      leader.advance();
    }

    assertThat(leader.result("e1").status()).isEqualTo(Status.ERROR);
    assertThat(leader.result("e1").reason()).hasValue(Reason.UNREADABLE);
    assertThat(leader.result("e1", 0, "b").status()).isEqualTo(Status.ERROR);
    assertThat(leader.result("e1", 0, "a").status()).isEqualTo(Status.SUCCESS);
  }

  private List<String> agents(int count) {
    List<String> nodes = IntStream.range(0, count).mapToObj(i -> "n%03d".formatted(i)).toList();
    nodes.forEach(leader::agent);
    return nodes;
  }

  private long assigned(List<String> nodes) {
    return nodes.stream().filter(node -> leader.isAssigned(node, "e1", 0)).count();
  }

  @Test
  void more_targets_than_fit_follow_in_further_transactions() {
    List<String> nodes = agents(75);
    leader.given(plan("e1", 1));

    Step step = leader.advance().orElseThrow();

    assertThat(step.followers()).hasSize(2);
    assertThat(leader.plan("e1").orElseThrow().targets()).containsExactlyElementsOf(nodes);
    assertThat(assigned(nodes)).isEqualTo(75);
  }

  @Test
  void a_successor_puts_the_assignments_that_the_leader_before_could_not() {
    List<String> nodes = agents(75);
    leader.given(plan("e1", 1).open(Records.NOON, nodes));

    leader.advance();
    leader.elapse(LOOK);
    leader.advance();

    assertThat(assigned(nodes)).isEqualTo(75);
  }

  /** Between its reads of the queue and of the assignment, a node may have done its work. */
  @Test
  void a_successor_goes_on_putting_assignments_though_its_first_view_was_old() {
    leader.agent("a");
    leader.agent("b");
    leader.given(plan("e1", 1).open(Records.NOON, List.of("a", "b")));
    leader.advance();
    leader.elapse(LOOK);
    Progress old = leader.read();
    leader.ended("e1", 0, "a", Outcome.success());
    assertThat(leader.put(leader.advancer.advance(old))).isEmpty();
    assertThat(leader.isAssigned("b", "e1", 0)).isFalse();

    leader.advance();

    assertThat(leader.isAssigned("b", "e1", 0)).isTrue();
    assertThat(leader.isAssigned("a", "e1", 0)).isFalse();
  }

  @Test
  void large_parameters_are_split_by_size_too() {
    List<String> nodes = agents(20);
    dev.metronome.record.Event big =
        dev.metronome.record.Event.of(
            "e1", "big", Map.of("X", "x".repeat(60_000)), Records.NOON, "fire", "me");
    leader.given(Plan.of(big, Records.NOON, "d", List.of(task(0, "task-0"), task(1, "task-1"))));

    leader.advance();

    assertThat(assigned(nodes)).isEqualTo(20);
    nodes.forEach(node -> leader.ended("e1", 0, node, Outcome.success()));
    leader.advance();
    assertThat(leader.plan("e1").orElseThrow().current()).isEqualTo(1);
    assertThat(nodes).allMatch(node -> leader.isAssigned(node, "e1", 1));
  }

  @Test
  void many_nodes_that_are_lost_at_once_are_settled() {
    List<String> nodes = IntStream.range(0, 75).mapToObj(i -> "n%03d".formatted(i)).toList();
    leader.given(plan("e1", 1).open(Records.NOON, nodes));
    nodes.forEach(node -> leader.orphaned("e1", 0, node));
    leader.advance();
    leader.elapse(Duration.ofSeconds(6));

    leader.advance();
    leader.advance();

    assertThat(leader.result("e1").status()).isEqualTo(Status.ERROR);
    assertThat(leader.result("e1").message().orElseThrow()).contains("74 more");
  }
}
