package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.TraceParent;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.pipeline.membership.Leadership;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.camel.Body;

/** Turns an event into its ordered tasks, by the leader's own task files. */
public final class Planner {

  private final Leadership leadership;
  private final Drafter drafter;
  private final Clock clock;
  private volatile Function<Event, Optional<TraceParent>> tracing = event -> Optional.empty();

  /**
   * @param schedule the files in force now
   * @param skippable whether a task that says nothing is skipped when no node matches
   * @param node this agent's name, for messages
   */
  public Planner(
      Supplier<Schedule> schedule,
      Leadership leadership,
      ConsulConnection connection,
      Keys keys,
      boolean skippable,
      Clock clock,
      String node) {
    this.leadership = leadership;
    this.drafter = new Drafter(schedule, connection, keys, skippable, clock, node);
    this.clock = clock;
  }

  /** Has each event that is planned from now on begin, or continue, a trace. */
  public void trace(Function<Event, Optional<TraceParent>> by) {
    tracing = by;
  }

  /**
   * @throws NotLeaderException if this agent does not lead
   */
  public Planned plan(Event event) {
    String fence = leadership.fence().orElseThrow(NotLeaderException::new);
    Drafter.Draft draft = drafter.draft(event);
    return draft
        .plan()
        .map(plan -> planned(plan.traced(tracing.apply(event)), fence))
        .orElseGet(
            () ->
                new Planned.Rejection(
                    event, draft.rejection().orElseThrow(), clock.instant(), fence));
  }

  private static Planned planned(Plan plan, String fence) {
    return new Planned.Dispatch(plan, fence, Optional.empty());
  }

  /** For routes: whether an event has been planned, rather than held back. */
  public boolean isPlanned(@Body Object body) {
    return body instanceof Planned;
  }
}
