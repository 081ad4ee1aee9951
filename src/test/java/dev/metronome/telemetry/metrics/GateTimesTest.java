package dev.metronome.telemetry.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Batching;
import dev.metronome.model.record.EndedNodes;
import dev.metronome.model.record.HealthGate;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.pipeline.dispatch.Move;
import dev.metronome.pipeline.dispatch.Progress;
import dev.metronome.testing.Records;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How long a task waits at its gate, by the leader's clock. */
class GateTimesTest {

  private final AtomicLong nanos = new AtomicLong(7);
  private final GateTimes times = new GateTimes(nanos::get);

  private static Plan plan() {
    PlannedTask task = Records.task(0, "install");
    Batching gate =
        new Batching(
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new HealthGate(10, 300, Optional.empty())));
    PlannedTask gated =
        new PlannedTask(0, task.pattern(), task.task(), task.nodes(), task.rollout(), gate);
    return Plan.of(Records.event("e1"), Records.NOON, "", List.of(gated))
        .openInBatches(Records.NOON, List.of(List.of("a"), List.of("b")), List.of());
  }

  private static Progress progress(Plan plan) {
    return new Progress(plan, 1, Map.of(), "session");
  }

  private static Move move(Plan from, Plan to) {
    return new Move(
        Optional.empty(),
        Optional.of(progress(from)),
        Optional.of(to),
        new Transaction(),
        List.of(),
        new Move.Finished(Optional.empty(), Optional.empty(), List.of(), Optional.empty()));
  }

  @Test
  void it_counts_from_when_a_task_is_seen_to_wait_until_it_waits_no_more() {
    Plan waiting = plan().atGate(Records.NOON);
    times.seen(progress(plan()));
    nanos.addAndGet(Duration.ofSeconds(5).toNanos());
    assertThat(times.ended(move(plan(), waiting))).isEmpty();
    times.seen(progress(waiting));
    nanos.addAndGet(Duration.ofSeconds(8).toNanos());
    Plan told = waiting.waiting(Records.NOON, Optional.of("a: check `http` critical"));
    assertThat(times.ended(move(waiting, told))).as("it still waits").isEmpty();
    times.seen(progress(told));
    nanos.addAndGet(Duration.ofSeconds(4).toNanos());

    assertThat(times.ended(move(told, told.openBatch(Records.NOON, EndedNodes.NONE))))
        .hasValue(Duration.ofSeconds(12));
  }
}
