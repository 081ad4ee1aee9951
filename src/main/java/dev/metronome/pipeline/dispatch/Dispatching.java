package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Plan;
import dev.metronome.pipeline.queue.EventQueue;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What must be written to dispatch an event (docs/protocol.md, "Transactions"), with its first task
 * opened.
 */
final class Dispatching {

  private final Keys keys;
  private final EventQueue events;
  private final Clock clock;

  Dispatching(Keys keys, EventQueue events, Clock clock) {
    this.keys = keys;
    this.events = events;
    this.clock = clock;
  }

  /**
   * A dispatch, without its fence.
   *
   * @param plan the plan as it will stand; absent for a rejected event
   */
  record Written(
      String eventId, Transaction change, List<Transaction> followers, Optional<Plan> plan) {}

  /** Empty if the event is not known to wait any more. */
  Optional<Written> of(Planned planned) {
    String id = planned.event().id();
    OptionalLong index = events.indexOf(id);
    if (index.isEmpty()) {
      return Optional.empty();
    }
    Transaction taken =
        new Transaction("dispatch")
            .compareAndDelete(keys.event(id), index.getAsLong())
            .checkNotExists(keys.result(id));
    return Optional.of(
        planned instanceof Planned.Dispatch dispatch
            ? started(dispatch, taken)
            : rejected((Planned.Rejection) planned, taken));
  }

  // INVARIANT: promise 2, one plan per event: the event leaves its queue in the same transaction.
  private Written started(Planned.Dispatch dispatch, Transaction taken) {
    Plan waiting = dispatch.plan();
    Instant now = clock.instant();
    Optional<Opening> opening =
        dispatch.selection().flatMap(chosen -> Opening.of(keys, waiting, chosen, now));
    Plan plan = opening.map(Opening::plan).orElse(waiting);
    String id = plan.event().id();
    Transaction change =
        taken.set(keys.result(id), Json.write(begun(plan))).set(keys.plan(id), Json.write(plan));
    opening.ifPresent(open -> change.and(open.change()));
    return new Written(
        id, change, opening.map(Opening::followers).orElse(List.of()), Optional.of(plan));
  }

  private static EventResult begun(Plan plan) {
    return EventResult.started(plan.event(), plan.startedAt()).leavingOut(plan.leftOutBefore());
  }

  private Written rejected(Planned.Rejection rejection, Transaction taken) {
    EventResult result = rejection.result();
    return new Written(
        result.id(),
        taken.set(keys.result(result.id()), Json.write(result)),
        List.of(),
        Optional.empty());
  }
}
