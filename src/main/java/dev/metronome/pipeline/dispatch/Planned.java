package dev.metronome.pipeline.dispatch;

import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import java.time.Instant;

/** What the planner makes of an event; the progress task queue takes either. */
public sealed interface Planned {

  Event event();

  /** The session whose lock proves that the planner led when it planned. */
  String fence();

  /** The event has tasks to run. */
  record Dispatch(Plan plan, String fence) implements Planned {
    @Override
    public Event event() {
      return plan.event();
    }
  }

  /** The event ends without running anything: nobody defines it, or the files disagree. */
  record Rejection(Event event, Outcome outcome, Instant at, String fence) implements Planned {
    EventResult result() {
      return EventResult.ended(event, at, at, outcome);
    }
  }
}
