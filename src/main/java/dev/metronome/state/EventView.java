package dev.metronome.state;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.metronome.model.record.Event;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How an event stands, with its tasks and, in these, their nodes: what whoever shows one has, the
 * terminal, the API, the stream and the page alike.
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

  public String id() {
    return event.id();
  }

  public State status() {
    return event.status();
  }

  public boolean hasEnded() {
    return status().isFinal();
  }

  /** Every node that has or had something to do with it, in the order of their first tasks. */
  public List<String> nodes() {
    Set<String> nodes = new LinkedHashSet<>();
    tasks.forEach(task -> task.targets().forEach(run -> nodes.add(run.node())));
    return List.copyOf(nodes);
  }
}
