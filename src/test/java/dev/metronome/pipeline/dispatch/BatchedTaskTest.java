package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.BatchPlace;
import dev.metronome.model.record.Batching;
import dev.metronome.model.record.Cancellation;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.NodeSelector;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Resume;
import dev.metronome.model.record.Rollout;
import dev.metronome.model.record.Share;
import dev.metronome.model.record.Status;
import dev.metronome.model.record.TaskResult;
import dev.metronome.testing.Records;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A task that goes over its nodes in batches, on the leader and in front of Consul. */
class BatchedTaskTest {

  private static final Outcome FAILED = Outcome.error(Reason.FAILED, "exit status 1");

  @AutoClose private final Leader leader = new Leader();

  private List<String> agents(int number) {
    List<String> names = IntStream.range(0, number).mapToObj("n%02d"::formatted).toList();
    names.forEach(leader::agent);
    return names;
  }

  private static Plan plan(String id, Batching batching) {
    PlannedTask first =
        new PlannedTask(
            0,
            "web",
            "install",
            new NodeSelector(Optional.empty(), Optional.empty()),
            new Rollout(true, false, false, 1),
            batching);
    Event event = Records.event(id);
    return Plan.of(event, Records.NOON, "web:0", List.of(first, Records.task(1, "after")));
  }

  private void end(String id, Outcome how, String... nodes) {
    for (String node : nodes) {
      leader.ended(id, 0, node, how);
    }
  }

  @Test
  void a_batch_is_opened_when_all_of_the_one_before_have_ended_and_the_next_task_after_the_last() {
    agents(5);
    leader.dispatched(plan("e1", BatchesTest.batching(null, null, "1", "2")));
    assertThat(leader.isAssigned("n00", "e1", 0)).isTrue();
    assertThat(leader.isAssigned("n01", "e1", 0)).isFalse();
    assertThat(leader.advance()).isEmpty();

    end("e1", Outcome.success(), "n00");
    leader.advance();
    assertThat(leader.result("e1", 0).batch().map(BatchPlace::toString)).hasValue("batch 2 of 3");
    assertThat(leader.result("e1", 0).targets()).containsExactly("n00", "n01", "n02");
    end("e1", Outcome.success(), "n01");
    leader.advance();
    assertThat(leader.isAssigned("n03", "e1", 0)).isFalse();

    end("e1", Outcome.success(), "n02");
    leader.succeed();
    leader.advance();
    assertThat(leader.isAssigned("n03", "e1", 0)).isTrue();
    end("e1", Outcome.success(), "n03", "n04");
    leader.advance();
    assertThat(leader.result("e1", 0).status()).isEqualTo(Status.SUCCESS);
    assertThat(leader.plan("e1").orElseThrow().current()).isEqualTo(1);
    assertThat(leader.plan("e1").orElseThrow().batch()).isEmpty();
  }

  @Test
  void each_batch_that_ends_is_told_to_hooks_and_meters_with_its_own_nodes_and_times() {
    agents(5);
    leader.dispatched(plan("e1", BatchesTest.batching(null, "1", "1", "2")));
    end("e1", FAILED, "n00");
    leader.clock.set(Records.NOON.plusSeconds(10));
    TaskResult first = batch(leader.advance());
    assertThat(first.targets()).containsExactly("n00");
    assertThat(first.status()).isEqualTo(Status.ERROR);
    assertThat(first.startedAt()).hasValue(Records.NOON);

    leader.clock.set(Records.NOON.plusSeconds(30));
    end("e1", Outcome.success(), "n01", "n02");
    TaskResult second = batch(leader.advance());
    assertThat(second.targets()).containsExactly("n01", "n02");
    assertThat(second.status()).isEqualTo(Status.SUCCESS);
    assertThat(second.batch()).map(BatchPlace::toString).hasValue("batch 2 of 3");
    assertThat(second.startedAt()).hasValue(Records.NOON.plusSeconds(10));
    assertThat(second.finishedAt()).hasValue(Records.NOON.plusSeconds(30));

    end("e1", Outcome.success(), "n03", "n04");
    Step last = leader.advance().orElseThrow();
    assertThat(batch(Optional.of(last)).targets()).containsExactly("n03", "n04");
    assertThat(last.finishedTasks()).hasSize(1);
  }

  private static TaskResult batch(Optional<Step> step) {
    return step.orElseThrow().moves().get(0).finished().batch().orElseThrow();
  }

  @Test
  void after_one_failure_too_many_no_batch_is_opened_and_the_others_are_named() {
    agents(5);
    leader.dispatched(plan("e1", BatchesTest.batching(null, "1", "2")));
    end("e1", FAILED, "n00");
    end("e1", Outcome.success(), "n01");
    leader.advance();
    end("e1", FAILED, "n02");
    end("e1", Outcome.success(), "n03");
    leader.advance();

    assertThat(leader.result("e1").status()).isEqualTo(Status.ERROR);
    assertThat(leader.result("e1", 0).message().orElse(""))
        .contains("stopped after batch 2 of 3 (max_failures 1), 1 node not reached");
    assertThat(leader.result("e1", 0).leftOut())
        .containsExactly(new LeftOut("n04", LeftOut.NOT_REACHED));
    assertThat(leader.isAssigned("n04", "e1", 0)).isFalse();
  }

  @Test
  void a_failure_that_is_allowed_still_makes_the_event_an_error_in_the_end() {
    agents(3);
    leader.dispatched(plan("e1", BatchesTest.batching(null, "100%", "1")));
    end("e1", FAILED, "n00");
    leader.advance();
    end("e1", FAILED, "n01");
    leader.advance();
    end("e1", Outcome.success(), "n02");
    leader.advance();
    assertThat(leader.result("e1").status()).isEqualTo(Status.ERROR);
    assertThat(leader.result("e1", 0).leftOut()).isEmpty();
  }

  @Test
  void a_cancellation_between_batches_opens_none() {
    agents(3);
    leader.dispatched(plan("e1", BatchesTest.batching(null, null, "1")));
    Cancellation wanted = new Cancellation("me", Records.NOON, Optional.empty());
    leader.given(leader.plan("e1").orElseThrow().cancel(wanted));
    end("e1", Outcome.success(), "n00");
    leader.advance();
    assertThat(leader.result("e1").reason()).hasValue(Reason.CANCELLED);
    assertThat(leader.result("e1", 0).status())
        .as("it has nodes to go on at")
        .isEqualTo(Status.ERROR);
    assertThat(leader.result("e1", 0).leftOut())
        .extracting(LeftOut::node)
        .containsExactly("n01", "n02");
    assertThat(leader.isAssigned("n01", "e1", 0)).isFalse();
  }

  @Test
  void a_retry_goes_over_its_nodes_in_batches_too_and_over_no_others() {
    agents(4);
    Plan first = plan("e2", BatchesTest.batching(null, null, "1", "2"));
    Event again =
        first.event().resuming(new Resume("e1", 0, "web", "install", List.of("n01", "n02", "n03")));
    leader.dispatched(Plan.of(again, Records.NOON, "web:0", first.tasks()));

    assertThat(leader.plan("e2").orElseThrow().targets()).containsExactly("n01");
    assertThat(leader.plan("e2").orElseThrow().later()).containsExactly(List.of("n02", "n03"));
    assertThat(leader.isAssigned("n00", "e2", 0)).isFalse();
  }

  @Test
  void each_batch_has_the_whole_time_to_be_taken_and_to_end() {
    agents(2);
    leader.dispatched(plan("e1", BatchesTest.batching(null, null, "1")));
    leader.claimed("e1", 0, "n00");
    leader.advance();
    leader.elapse(Leader.LIMITS.finish().minusSeconds(1));
    assertThat(leader.advance()).isEmpty();
    end("e1", Outcome.success(), "n00");
    leader.advance();
    leader.advance();

    leader.elapse(Leader.LIMITS.start().minusSeconds(1));
    leader.advance();
    assertThat(leader.plan("e1")).isPresent();
    leader.elapse(Duration.ofSeconds(2));
    leader.advance();
    leader.advance();
    assertThat(leader.result("e1", 0, "n01").reason()).hasValue(Reason.UNREACHABLE);
  }

  @Test
  void a_node_that_leaves_before_its_batch_opens_has_failed_and_one_that_joins_is_not_in_it() {
    agents(4);
    leader.dispatched(plan("e1", BatchesTest.batching(null, null, "1", "2")));
    leader.consul.fail("n01");
    leader.agent("n04");
    end("e1", Outcome.success(), "n00");
    leader.advance();
    end("e1", Outcome.success(), "n02");
    leader.advance();
    leader.elapse(Leader.LOOK.plusSeconds(3));
    leader.advance();
    leader.advance();

    assertThat(leader.result("e1", 0, "n01").reason()).hasValue(Reason.UNREACHABLE);
    assertThat(leader.result("e1", 0).leftOut())
        .containsExactly(new LeftOut("n03", LeftOut.NOT_REACHED));
    assertThat(leader.isAssigned("n04", "e1", 0)).isFalse();
  }

  @Test
  void a_batch_of_more_nodes_than_fit_into_a_transaction_is_assigned_by_a_successor_too() {
    List<String> nodes = agents(80);
    leader.dispatched(plan("e1", BatchesTest.batching(null, null, "5", "75")));
    end("e1", Outcome.success(), nodes.subList(0, 5).toArray(String[]::new));
    Step step = leader.advance().orElseThrow();
    assertThat(step.moves().get(0).followers()).isNotEmpty();
    List<String> rest = nodes.subList(5, 80);
    assertThat(rest).allMatch(node -> leader.isAssigned(node, "e1", 0));
    leader.connection.commit(
        new Transaction()
            .delete(leader.keys.assignment("n77", leader.plan("e1").orElseThrow().lane())));

    leader.succeed();
    leader.advance();
    leader.elapse(Leader.LOOK);
    leader.advance();
    assertThat(rest).allMatch(node -> leader.isAssigned(node, "e1", 0));
    assertThat(leader.plan("e1").orElseThrow().batch().orElseThrow().sizes())
        .containsExactly(5, 75);
  }

  /** What a rollout must come to, by rules that know nothing of how it is done. */
  private static final class Judge {
    private final Batching batching;
    private final List<String> nodes;
    private final Map<String, Boolean> ended = new HashMap<>();

    Judge(Batching batching, List<String> nodes) {
      this.batching = batching;
      this.nodes = nodes;
    }

    /** The nodes that may be at work now. */
    Set<String> atWork() {
      int from = 0;
      int batch = 0;
      while (from < nodes.size()) {
        Share size = batching.serial().get(Math.min(batch, batching.serial().size() - 1));
        int to = Math.min(nodes.size(), from + size.of(nodes.size()));
        List<String> some = nodes.subList(from, to);
        if (!ended.keySet().containsAll(some)) {
          Set<String> open = new HashSet<>(some);
          open.removeAll(ended.keySet());
          return open;
        }
        long failed = nodes.subList(0, to).stream().filter(node -> !ended.get(node)).count();
        if (failed > batching.failures(nodes.size())) {
          return Set.of();
        }
        from = to;
        batch++;
      }
      return Set.of();
    }
  }

  /** Leaders are replaced between any two steps. */
  @Test
  void random_rollouts_never_do_more_than_a_batch_at_a_time() {
    List<String> nodes = agents(9);
    Random random = new Random(20261129);
    for (int round = 0; round < 25; round++) {
      String id = "e" + round;
      List<Share> serial =
          IntStream.rangeClosed(0, random.nextInt(3))
              .mapToObj(i -> new Share(1 + random.nextInt(5), false))
              .collect(Collectors.toCollection(ArrayList::new));
      if (random.nextBoolean()) {
        serial.add(new Share(1 + random.nextInt(100), true));
      }
      Batching batching =
          new Batching(
              serial,
              Optional.empty(),
              Optional.empty(),
              Optional.of(new Share(random.nextInt(3), false)));
      Judge judge = new Judge(batching, nodes);
      leader.dispatched(plan(id, batching));
      while (leader.plan(id).filter(plan -> plan.current() == 0).isPresent()) {
        Set<String> assigned =
            nodes.stream()
                .filter(node -> leader.isAssigned(node, id, 0))
                .collect(Collectors.toSet());
        assertThat(assigned).as("%s with %s", judge.ended, batching).isEqualTo(judge.atWork());
        for (String node : assigned) {
          if (random.nextInt(3) > 0) {
            boolean ok = random.nextInt(6) > 0;
            judge.ended.put(node, ok);
            leader.ended(id, 0, node, ok ? Outcome.success() : FAILED);
          }
        }
        if (random.nextInt(3) == 0) {
          leader.succeed();
        }
        leader.advance();
      }
      assertThat(judge.atWork()).isEmpty();
      boolean failed = judge.ended.containsValue(false);
      assertThat(leader.result(id, 0).status()).isEqualTo(failed ? Status.ERROR : Status.SUCCESS);
      assertThat(leader.result(id, 0).leftOut())
          .extracting(LeftOut::node)
          .containsExactlyElementsOf(
              nodes.stream().filter(node -> !judge.ended.containsKey(node)).toList());
      while (leader.plan(id).isPresent()) {
        nodes.forEach(node -> leader.ended(id, 1, node, Outcome.success()));
        leader.advance();
      }
    }
  }
}
