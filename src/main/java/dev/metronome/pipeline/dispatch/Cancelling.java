package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Cancellation;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Ends an event that somebody has cancelled. A target that has not taken the head task loses it;
 * one that runs it is told so in its own queue; when all have ended, or have had their time, the
 * event ends.
 */
final class Cancelling {

  /** What was told is told again, since a telling may have met a claim that had just changed. */
  private static final Duration AGAIN = Duration.ofSeconds(2);

  private final Keys keys;
  private final Limits limits;
  private final Clock clock;
  private final Elapsed elapsed;
  private final Closing closing;

  Cancelling(Keys keys, Limits limits, Clock clock, Elapsed elapsed, Closing closing) {
    this.keys = keys;
    this.limits = limits;
    this.clock = clock;
    this.elapsed = elapsed;
    this.closing = closing;
  }

  Step step(Progress progress, Cancellation wanted) {
    Plan plan = progress.plan();
    if (!plan.isOpen()) {
      return closing.of(progress, wanted.outcome(), clock.instant());
    }
    if (progress.allEnded()) {
      return closing.of(progress, Outcomes.ofCancelled(progress, wanted), clock.instant());
    }
    boolean deaf = elapsed.of("cancel").compareTo(limits.cancel()) >= 0;
    List<Transaction> changes = new ArrayList<>();
    for (String node : plan.awaited()) {
      if (!progress.hasEnded(node)) {
        change(progress, node, wanted, deaf).ifPresent(changes::add);
      }
    }
    return Step.within(progress, changes);
  }

  private Optional<Transaction> change(
      Progress progress, String node, Cancellation wanted, boolean deaf) {
    Optional<Progress.Held> held = progress.claim(node);
    if (held.isEmpty()) {
      return Optional.of(settlement(progress, node, wanted.outcome()));
    }
    if (held.get().fault().isPresent()) {
      return Optional.of(settlement(progress, node, held.get().fault().get().outcome()));
    }
    if (deaf) {
      return Optional.of(settlement(progress, node, Outcomes.deaf(node, wanted, limits.cancel())));
    }
    if (held.get().locked()) {
      elapsed.reset("lost " + node);
    } else if (isLost(node)) {
      return Optional.of(
          settlement(
              progress, node, Outcomes.lost(node, progress.plan().head(), held.get().claim())));
    }
    return elapsed.isDue("tell " + node, AGAIN)
        ? Optional.of(telling(progress, node, held.get(), wanted))
        : Optional.empty();
  }

  private boolean isLost(String node) {
    return elapsed.of("lost " + node).compareTo(limits.lost()) >= 0;
  }

  private Transaction settlement(Progress progress, String node, Outcome outcome) {
    return Settlement.of(keys, progress, node, outcome, clock.instant());
  }

  /** Only while the claim is as it was: the assignment of a task that has ended must not return. */
  private Transaction telling(
      Progress progress, String node, Progress.Held held, Cancellation wanted) {
    Plan plan = progress.plan();
    Assignment assignment = Assignment.of(plan, plan.openedAt().orElseThrow()).cancel(wanted);
    return new Transaction("cancel")
        .checkIndex(keys.plan(plan.slot()), progress.planIndex())
        .checkIndex(keys.claim(plan, node), held.index())
        .set(keys.assignment(node, plan.slot()), Json.write(assignment));
  }
}
