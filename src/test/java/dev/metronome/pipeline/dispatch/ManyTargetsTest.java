package dev.metronome.pipeline.dispatch;

import static dev.metronome.testing.Records.plan;
import static dev.metronome.testing.Records.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Event;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Status;
import dev.metronome.testing.Records;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A task for more nodes than fit into one transaction, or whose assignments are not all put. */
class ManyTargetsTest {

  @AutoClose private final Leader leader = new Leader();

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

    assertThat(step.moves().get(0).followers()).hasSize(2);
    assertThat(leader.plan("e1").orElseThrow().targets()).containsExactlyElementsOf(nodes);
    assertThat(assigned(nodes)).isEqualTo(75);
  }

  @Test
  void a_successor_puts_the_assignments_that_the_leader_before_could_not() {
    List<String> nodes = agents(75);
    leader.given(plan("e1", 1).open(Records.NOON, nodes));

    leader.advance();
    leader.elapse(Leader.LOOK);
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
    leader.elapse(Leader.LOOK);
    Progress old = leader.read();
    leader.ended("e1", 0, "a", Outcome.success());
    assertThat(leader.put(leader.step(old))).isEmpty();
    assertThat(leader.isAssigned("b", "e1", 0)).isFalse();

    leader.advance();

    assertThat(leader.isAssigned("b", "e1", 0)).isTrue();
    assertThat(leader.isAssigned("a", "e1", 0)).isFalse();
  }

  @Test
  void large_parameters_are_split_by_size_too() {
    List<String> nodes = agents(20);
    Event big = Event.of("e1", "big", Map.of("X", "x".repeat(60_000)), Records.NOON, "fire", "me");
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
