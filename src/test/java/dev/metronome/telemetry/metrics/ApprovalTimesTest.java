package dev.metronome.telemetry.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Approval;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Status;
import dev.metronome.pipeline.dispatch.Move;
import dev.metronome.pipeline.dispatch.Progress;
import dev.metronome.testing.Records;
import dev.metronome.testing.SettableClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How long an event has waited for an approval. */
class ApprovalTimesTest {

  private final AtomicLong nanos = new AtomicLong(7);
  private final SettableClock clock = new SettableClock(Records.NOON);
  private final ApprovalTimes times = new ApprovalTimes(clock, nanos::get);

  private static Plan asking() {
    PlannedTask task =
        Records.approval(
            0, new Approval("?", List.of("ops"), 1, Optional.empty(), 60, Approval.OnTimeout.DENY));
    return Records.plan("e1", List.of(task, Records.task(1, "after")));
  }

  private static Progress progress(Plan plan) {
    return new Progress(plan, 1, Map.of(), "session");
  }

  private void elapse(Duration time) {
    nanos.addAndGet(time.toNanos());
    clock.forward(time);
  }

  @Test
  void it_counts_from_its_opening_whoever_leads_then_until_it_is_decided() {
    Plan open = asking().ask(Records.NOON);
    times.seen(progress(asking()));
    assertThat(times.seconds()).as("not open").isZero();
    elapse(Duration.ofSeconds(30));
    times.seen(progress(open));
    assertThat(times.seconds()).isEqualTo(30);

    times.written(
        new Move(
            Optional.empty(),
            Optional.of(progress(open)),
            Optional.of(open.next(Status.SUCCESS)),
            new Transaction(),
            List.of(),
            new Move.Finished(Optional.empty(), Optional.empty(), List.of(), Optional.empty())));
    assertThat(times.seconds()).isZero();
  }

  @Test
  void who_leads_no_more_says_nothing_of_it() {
    times.seen(progress(asking().ask(Records.NOON)));
    elapse(Duration.ofSeconds(59));
    assertThat(times.seconds()).isPositive();
    elapse(Duration.ofSeconds(2));
    assertThat(times.seconds()).isZero();
  }
}
