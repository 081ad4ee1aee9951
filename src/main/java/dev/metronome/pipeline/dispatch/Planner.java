package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.TraceParent;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.pipeline.membership.Leadership;
import dev.metronome.pipeline.queue.QueuedEvent;
import dev.metronome.pipeline.queue.QueuedEvent.Place;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Body;
import org.apache.camel.Exchange;

/** Turns an event into its ordered tasks, by the leader's own task files. */
public final class Planner implements AggregationStrategy {

  private final Leadership leadership;
  private final Keys keys;
  private final Drafter drafter;
  private final Clock clock;
  private final Function<Event, Optional<TraceParent>> tracing;

  /**
   * @param schedule the files in force now
   * @param skippable whether a task that says nothing is skipped when no node matches
   * @param node this agent's name, for messages
   * @param tracing begins, or continues, a trace of an event that is planned
   */
  public Planner(
      Supplier<Schedule> schedule,
      Leadership leadership,
      ConsulConnection connection,
      Keys keys,
      boolean skippable,
      Clock clock,
      String node,
      Function<Event, Optional<TraceParent>> tracing) {
    this.tracing = tracing;
    this.leadership = leadership;
    this.keys = keys;
    this.drafter = new Drafter(schedule, connection, keys, skippable, clock, node);
    this.clock = clock;
  }

  /**
   * The step that dispatches an event, without nodes yet, or rejects it.
   *
   * @throws NotLeaderException if this agent does not lead
   */
  public Step plan(@Body QueuedEvent queued) {
    String fence = leadership.fence().orElseThrow(NotLeaderException::new);
    Drafter.Draft draft =
        queued
            .place()
            .flatMap(Place::refusal)
            .map(Drafter.Draft::rejected)
            .orElseGet(() -> drafter.draft(queued.event()));
    String slot = queued.place().map(Place::slot).orElse(Keys.COMMON_LANE);
    return Step.of(
        fence,
        draft
            .plan()
            .map(plan -> plan.traced(tracing.apply(queued.event())).inSlot(slot))
            .map(plan -> Move.dispatch(keys, queued, plan))
            .orElseGet(
                () -> Move.reject(keys, queued, draft.rejection().orElseThrow(), clock.instant())));
  }

  /** For routes: whether an event has been planned, rather than held back. */
  public boolean isPlanned(@Body Object body) {
    return body instanceof Step;
  }

  /** For routes: joins the end of one event and the plan of the next, if there is one. */
  @Override
  public Exchange aggregate(Exchange end, Exchange planned) {
    if (planned != null && planned.getMessage().getBody() instanceof Step dispatch) {
      end.getMessage().setBody(end.getMessage().getBody(Step.class).then(dispatch));
    }
    return end;
  }
}
