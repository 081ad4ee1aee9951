package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.model.record.Cancellation;
import dev.metronome.model.record.EndedNodes;
import dev.metronome.model.record.Format;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.NodeSelector;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Rollout;
import dev.metronome.model.record.Status;
import dev.metronome.testing.FaultyConsul;
import dev.metronome.testing.Records;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** That the claims of a batch go when it has ended, and what they said stays in the plan. */
class EndedBatchesTest {

  private static final Outcome FAILED = Outcome.error(Reason.FAILED, "exit status 1");

  @AutoClose private final Leader leader = new Leader();

  /** One task that may fail everywhere; left out is who cannot take it, if so. */
  private static Plan plan(boolean skipUnreachable, List<String> serial) {
    PlannedTask install =
        new PlannedTask(
            0,
            "web",
            "install",
            new NodeSelector(Optional.empty(), Optional.empty()),
            new Rollout(true, skipUnreachable, false, 1),
            BatchesTest.batching(null, "100%", serial.toArray(String[]::new)));
    return Plan.of(Records.event("e1"), Records.NOON, "web:0", List.of(install));
  }

  private List<String> agents(int number) {
    List<String> names = IntStream.range(0, number).mapToObj("n%03d"::formatted).toList();
    names.forEach(leader::agent);
    return names;
  }

  private void end(Outcome how, String... nodes) {
    Stream.of(nodes).forEach(node -> leader.ended("e1", 0, node, how));
  }

  private List<String> claims() {
    return leader.connection.names(leader.keys.claims()).stream()
        .filter(key -> !key.endsWith("/"))
        .map(key -> key.substring(key.lastIndexOf('/') + 1))
        .toList();
  }

  private Plan standing() {
    return leader.plan("e1").orElseThrow();
  }

  @Test
  void only_the_open_batch_has_claims_and_the_plan_says_how_the_others_have_ended() {
    agents(5);
    leader.dispatched(plan(false, List.of("2")));
    assertThat(standing().format()).isEqualTo(Format.ROLLOUT);
    end(FAILED, "n001");
    end(Outcome.timeout("too long"), "n000");
    leader.advance();
    end(Outcome.success(), "n002", "n003");

    assertThat(claims()).containsExactly("n002", "n003");
    assertThat(standing().ended())
        .isEqualTo(
            new EndedNodes(
                2,
                Optional.of("n001"),
                Optional.of(FAILED),
                List.of(
                    new EndedNodes.Alike(Status.TIMEOUT, true, List.of("n000")),
                    new EndedNodes.Alike(Status.ERROR, true, List.of("n001")))));
    assertThat(standing().awaited()).containsExactly("n002", "n003");
    assertThat(standing().format()).as("who does not know it").isEqualTo(Format.ENDED_BATCHES);

    leader.succeed();
    leader.advance();
    assertThat(claims()).isEmpty();
    end(Outcome.success(), "n004");
    leader.advance();
    assertThat(leader.result("e1").message().orElse("")).contains("on n001 (and on 1 more)");
    assertThat(leader.result("e1", 0, "n000").status()).isEqualTo(Status.TIMEOUT);
    assertThat(claims()).isEmpty();
  }

  @Test
  void nobody_of_a_batch_that_has_ended_is_assigned_settled_or_cancelled_again() {
    agents(3);
    leader.dispatched(plan(false, List.of("1", "2")));
    end(Outcome.success(), "n000");
    leader.advance();
    leader.claimed("e1", 0, "n001");
    leader.succeed();
    leader.advance();
    leader.elapse(Leader.LIMITS.start());
    leader.advance();
    assertThat(leader.isAssigned("n000", "e1", 0)).isFalse();
    assertThat(leader.result("e1", 0, "n002").reason()).hasValue(Reason.UNREACHABLE);

    Cancellation wanted = new Cancellation("ops", Records.NOON, Optional.empty());
    leader.given(standing().cancel(wanted));
    leader.advance();
    leader.elapse(Leader.LIMITS.cancel());
    leader.advance();
    leader.advance();

    assertThat(leader.result("e1").reason()).hasValue(Reason.CANCELLED);
    assertThat(leader.result("e1", 0, "n000").status()).isEqualTo(Status.SUCCESS);
    assertThat(leader.isAssigned("n000", "e1", 0)).isFalse();
  }

  @Test
  void who_could_not_take_it_in_an_earlier_batch_is_left_out_in_the_end() {
    agents(2);
    leader.dispatched(plan(true, List.of("1")));
    leader.advance();
    leader.elapse(Leader.LIMITS.start());
    leader.advance();
    leader.advance();
    assertThat(standing().awaited()).containsExactly("n001");
    assertThat(standing().ended().untaken()).containsExactly("n000");

    leader.advance();
    leader.elapse(Leader.LIMITS.start());
    leader.advance();
    leader.advance();
    assertThat(leader.result("e1", 0).status()).as("it ran nowhere").isEqualTo(Status.SKIP);
    assertThat(leader.result("e1", 0).leftOut())
        .containsExactlyElementsOf(LeftOut.all(List.of("n000", "n001"), LeftOut.NOT_TAKEN));
  }

  /** As a leader of before has left it. */
  @Test
  void a_plan_whose_ended_batches_still_have_their_claims_is_gone_on_with() {
    agents(4);
    leader.dispatched(plan(false, List.of("1")));
    Plan before =
        standing()
            .openBatch(Records.NOON, EndedNodes.NONE)
            .openBatch(Records.NOON, EndedNodes.NONE);
    leader.given(before);
    assertThat(before.format()).isEqualTo(Format.ROLLOUT);
    end(FAILED, "n000", "n002");
    leader.succeed();
    leader.advance();
    assertThat(standing()).as("n001 has not ended").isEqualTo(before);

    end(Outcome.success(), "n001");
    leader.advance();
    assertThat(claims()).isEmpty();
    assertThat(standing().awaited()).containsExactly("n003");
    end(Outcome.success(), "n003");
    leader.advance();
    assertThat(leader.result("e1").message().orElse("")).contains("on n000 (and on 1 more)");
  }

  @Test
  void an_opening_whose_reply_was_lost_counts_nobody_twice() {
    agents(3);
    leader.dispatched(plan(false, List.of("1")));
    end(FAILED, "n000");
    Step batch = leader.step(leader.read());
    leader.faulty.next(1, "\"check-session\"", FaultyConsul.Fault.REPLY_LOST);
    assertThatThrownBy(() -> leader.put(batch)).isInstanceOf(ConsulUnavailableException.class);
    leader.faulty.heal();
    assertThat(leader.put(batch)).as("it has been done").isEmpty();

    assertThat(leader.advance()).isEmpty();
    assertThat(standing().ended().nodes()).isEqualTo(1);
    end(FAILED, "n001");
    leader.advance();
    assertThat(standing().ended().failures()).isEqualTo(2);
  }

  @Test
  void the_epoch_is_left_within_a_task_between_two_batches_only() {
    List<String> nodes = agents(2 * Epochs.CLAIMS);
    leader.dispatched(plan(false, List.of("100")));
    List<Long> epochs =
        IntStream.range(0, 5)
            .mapToObj(
                batch -> {
                  long epoch = standing().epoch();
                  List<String> open = standing().awaited();
                  end(Outcome.success(), open.toArray(String[]::new));
                  leader.advance();
                  assertThat(claims()).isEmpty();
                  return epoch;
                })
            .toList();

    assertThat(epochs).containsExactly(1L, 1L, 1L, 2L, 2L);
    assertThat(leader.connection.names(leader.keys.claims()))
        .containsExactly("metronome/claims/2/");
    assertThat(standing().awaited()).containsExactlyElementsOf(nodes.subList(500, 512));
  }

  /** Names as long as a domain name may reasonably be, and the worst of courses. */
  @Test
  void a_plan_of_a_thousand_targets_fits_into_a_transaction() {
    List<List<String>> batches =
        IntStream.range(0, 20)
            .mapToObj(
                batch ->
                    IntStream.range(0, 50)
                        .mapToObj(i -> "app-%04d.%s".formatted(batch * 50 + i, "x".repeat(60)))
                        .toList())
            .toList();
    leader.given(plan(true, List.of("50")).openInBatches(Records.NOON, batches, List.of()).in(1));
    for (List<String> batch : batches.subList(0, 19)) {
      boolean odd = batches.indexOf(batch) % 2 == 1;
      batch.forEach(node -> leader.ended("e1", 0, node, odd ? FAILED : Outcome.timeout("slow")));
      leader.advance();
    }

    assertThat(standing().batch().orElseThrow().no()).isEqualTo(20);
    assertThat(standing().ended().failures()).isEqualTo(950);
    assertThat(leader.connection.get(leader.keys.plan(Keys.COMMON_LANE)).orElseThrow().value())
        .hasSizeLessThan(200_000);
  }

  @Test
  void what_ended_in_each_batch_is_told_once() {
    agents(2);
    leader.dispatched(plan(false, List.of("1")));
    end(FAILED, "n000");
    assertThat(told()).extracting(NodeResult::node).containsExactly("n000");
    leader.elapse(Duration.ofSeconds(1));
    end(Outcome.success(), "n001");
    assertThat(told()).extracting(NodeResult::node).containsExactly("n001");
  }

  private List<NodeResult> told() {
    return leader.advance().orElseThrow().moves().get(0).finished().nodes();
  }
}
