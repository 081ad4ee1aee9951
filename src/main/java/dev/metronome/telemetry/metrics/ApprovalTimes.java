package dev.metronome.telemetry.metrics;

import dev.metronome.model.record.Plan;
import dev.metronome.pipeline.dispatch.Move;
import dev.metronome.pipeline.dispatch.Progress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Tells how long events have waited for approvals, as the leader sees them wait: one that it has
 * not looked at for a minute is another leader's. Thread-safe.
 */
final class ApprovalTimes {

  private static final long FORGOTTEN = Duration.ofMinutes(1).toNanos();

  private final Clock clock;
  private final LongSupplier nanos;
  private final Map<String, Seen> waiting = new HashMap<>();

  /**
   * One that waits.
   *
   * @param since when it was opened, by the clock of who has opened it
   * @param atNanos when it was looked at last
   */
  private record Seen(Instant since, long atNanos) {}

  ApprovalTimes(Clock clock, LongSupplier nanos) {
    this.clock = clock;
    this.nanos = nanos;
  }

  synchronized void seen(Progress progress) {
    now(Optional.of(progress.plan()), progress.plan().event().id());
  }

  synchronized void written(Move move) {
    move.progress().ifPresent(before -> now(move.plan(), before.plan().event().id()));
  }

  private void now(Optional<Plan> plan, String event) {
    Optional<Instant> since = plan.filter(Plan::isAsking).flatMap(Plan::openedAt);
    since.ifPresentOrElse(
        at -> waiting.put(event, new Seen(at, nanos.getAsLong())), () -> waiting.remove(event));
  }

  /** How long the one has waited that waits longest; 0 if none does. */
  synchronized double seconds() {
    waiting.values().removeIf(each -> nanos.getAsLong() - each.atNanos() > FORGOTTEN);
    return waiting.values().stream()
        .map(each -> Duration.between(each.since(), clock.instant()))
        .mapToDouble(waited -> Math.max(0, waited.toMillis() / 1_000.0))
        .max()
        .orElse(0);
  }
}
