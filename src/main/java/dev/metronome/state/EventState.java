package dev.metronome.state;

import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Status;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How an event stands.
 *
 * @param eventId its ID
 * @param result absent while it waits in the event queue
 * @param tasks by NO; while the event is in progress also those that wait for their turn
 */
public record EventState(String eventId, Optional<EventResult> result, List<TaskState> tasks) {

  public EventState {
    tasks = List.copyOf(tasks);
  }

  /** Of an event of which nothing is known but that it was accepted. */
  public static EventState queued(String eventId) {
    return new EventState(eventId, Optional.empty(), List.of());
  }

  public boolean isFinal() {
    return result.filter(event -> event.status().isFinal()).isPresent();
  }

  /** Absent while it waits in the event queue. */
  public Optional<Status> status() {
    return result.map(EventResult::status);
  }

  /** Every node that has or had something to do with it, in the order of their first tasks. */
  public List<String> nodes() {
    Set<String> nodes = new LinkedHashSet<>();
    tasks.forEach(task -> nodes.addAll(task.targets()));
    return List.copyOf(nodes);
  }
}
