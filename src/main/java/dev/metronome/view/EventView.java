package dev.metronome.view;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.metronome.result.EventState;
import java.util.List;

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

  static EventView of(EventSummary event, EventState state) {
    State open = event.status().isFinal() ? State.DROPPED : State.WAITING;
    return new EventView(
        event, state.tasks().stream().map(task -> TaskView.of(task, open)).toList());
  }
}
