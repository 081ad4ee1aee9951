package dev.metronome.pipeline.dispatch;

import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import java.time.Instant;
import java.util.Optional;

/** What the planner makes of an event; the progress task queue takes either. */
public sealed interface Planned extends OpensTask {

  Event event();

  /** The session whose lock proves that the planner led when it planned. */
  String fence();

  /**
   * The event has tasks to run.
   *
   * @param selection nodes for the first of them; without it the task is opened later
   */
  record Dispatch(Plan plan, String fence, Optional<Selection> selection) implements Planned {
    @Override
    public Event event() {
      return plan.event();
    }

    @Override
    public Optional<Plan> waitingPlan() {
      return selection.isEmpty() ? Optional.of(plan) : Optional.empty();
    }
  }

  /** The event ends without running anything: nobody defines it, or the files disagree. */
  record Rejection(Event event, Outcome outcome, Instant at, String fence) implements Planned {
    EventResult result() {
      return EventResult.ended(event, at, at, outcome);
    }

    @Override
    public Optional<Plan> waitingPlan() {
      return Optional.empty();
    }
  }
}
