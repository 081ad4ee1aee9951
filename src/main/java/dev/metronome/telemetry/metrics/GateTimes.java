package dev.metronome.telemetry.metrics;

import dev.metronome.model.record.GateState;
import dev.metronome.model.record.GateWait;
import dev.metronome.model.record.Plan;
import dev.metronome.pipeline.dispatch.Move;
import dev.metronome.pipeline.dispatch.Progress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Measures how long tasks wait at their gates of health, by the clock of the leader alone: a
 * successor counts from when it sees one wait. Not thread-safe.
 */
final class GateTimes {

  private final LongSupplier nanos;
  private String known = "";
  private long sinceNanos;

  GateTimes(LongSupplier nanos) {
    this.nanos = nanos;
  }

  void seen(Progress progress) {
    name(progress.plan())
        .filter(gate -> !gate.equals(known))
        .ifPresent(
            gate -> {
              known = gate;
              sinceNanos = nanos.getAsLong();
            });
  }

  /** Returns how long a task has waited if it waits no more. */
  Optional<Duration> ended(Move move) {
    Optional<String> before = move.progress().map(Progress::plan).flatMap(GateTimes::name);
    Optional<String> after = move.plan().flatMap(GateTimes::name);
    return before
        .filter(gate -> gate.equals(known) && !after.equals(before))
        .map(gate -> Duration.ofNanos(nanos.getAsLong() - sinceNanos));
  }

  private static Optional<String> name(Plan plan) {
    return plan.gate()
        .flatMap(GateState::waiting)
        .map(GateWait::until)
        .map(until -> plan.event().id() + "/" + plan.current() + "/" + until);
  }
}
