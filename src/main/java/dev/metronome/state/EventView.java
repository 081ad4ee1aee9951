package dev.metronome.state;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.metronome.model.record.Event;
import java.util.List;
import java.util.Optional;

/**
 * An event with its tasks and, in these, their nodes.
 *
 * @param event in JSON its fields stand beside {@code Tasks}
 * @param tasks in their order; while the event is in progress also those that wait for their turn
 */
public record EventView(@JsonUnwrapped EventSummary event, List<TaskView> tasks) {
  public EventView {
    tasks = List.copyOf(tasks);
  }

  /** Of an event that waits. */
  public static EventView of(Event event) {
    return new EventView(EventSummary.of(event), List.of());
  }

  /** As it is followed; empty if it has no result. */
  public static Optional<EventView> of(EventState state) {
    return state.result().map(EventSummary::of).map(event -> of(event, state));
  }

  static EventView of(EventSummary event, EventState state) {
    State open = event.status().isFinal() ? State.DROPPED : State.WAITING;
    return new EventView(
        event, state.tasks().stream().map(task -> TaskView.of(task, open)).toList());
  }
}
