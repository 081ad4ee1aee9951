package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Status;
import dev.metronome.testing.Records;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * What a target costs the leader does not grow with the nodes of a rollout (decision 59): the
 * processor time of its own thread, on the embedded Consul, the least of several, so that other
 * work does not count.
 */
class BatchCostIT {

  private static final int BATCH = 50;
  private static final int FEW = 200;
  private static final int MANY = 1_000;
  private static final int TIMES = 3;

  /** The leader hears of so many ends at once, as its watch does while they come fast. */
  private static final int TOGETHER = 5;

  /** Where the claims of all batches are read it is 2.5. */
  private static final double MOST = 1.6;

  @AutoClose private final Leader leader = new Leader();
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private int rollouts;

  private static List<List<String>> batches(int nodes) {
    return IntStream.range(0, nodes / BATCH)
        .mapToObj(
            batch ->
                IntStream.range(batch * BATCH, (batch + 1) * BATCH)
                    .mapToObj("n%04d"::formatted)
                    .toList())
        .toList();
  }

  /** Nanoseconds for each target. */
  private long cost(int nodes) {
    String id = "e" + rollouts++;
    Plan plan = Records.plan(id, List.of(Records.task(0, "t")));
    leader.given(plan.openInBatches(Records.NOON, batches(nodes), List.of()));
    long spent = 0;
    for (List<String> batch : batches(nodes)) {
      for (int i = 0; i < BATCH; i++) {
        leader.ended(id, 0, batch.get(i), Outcome.success());
        if ((i + 1) % TOGETHER == 0) {
          long before = threads.getCurrentThreadCpuTime();
          leader.advance();
          spent += threads.getCurrentThreadCpuTime() - before;
        }
      }
    }
    assertThat(leader.result(id).status()).isEqualTo(Status.SUCCESS);
    return spent / nodes;
  }

  private long least(int nodes) {
    return IntStream.range(0, TIMES).mapToLong(i -> cost(nodes)).min().orElseThrow();
  }

  @Test
  void a_target_of_a_rollout_costs_the_leader_as_much_among_a_thousand_as_among_few() {
    cost(MANY); // the code gets warm
    long many = least(MANY);
    long few = least(FEW);
    System.out.printf(
        "leader: %d µs a target of %d, %d of %d%n", few / 1000, FEW, many / 1000, MANY);
    assertThat(many).isLessThan((long) (few * MOST));
  }
}
