package dev.metronome.model.schedule;

import dev.metronome.model.traffic.Traffic;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What one pattern does at an event.
 *
 * @param description may be empty
 * @param priority usually 0 to 100; patterns with a lower one come first
 * @param parameters what it declares of them
 * @param traffic when it may begin
 * @param lane the one that it names, if it does
 * @param tasks in order, at least one, defined or not; {@code task: NAME} is one without a filter
 * @param onError what follows when the event fails
 * @param last run at the end, whatever came, in order: {@code finally}
 */
public record EventDefinition(
    String name,
    String description,
    int priority,
    DeclaredParameters parameters,
    Traffic traffic,
    Optional<EventLane> lane,
    List<OrderedTask> tasks,
    OnError onError,
    List<OrderedTask> last,
    Position position) {
  /** Where the file says nothing. */
  public static final int DEFAULT_PRIORITY = 50;

  public EventDefinition {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(description, "description");
    Objects.requireNonNull(parameters, "parameters");
    Objects.requireNonNull(traffic, "traffic");
    Objects.requireNonNull(lane, "lane");
    Objects.requireNonNull(position, "position");
    Objects.requireNonNull(onError, "onError");
    tasks = List.copyOf(tasks);
    last = List.copyOf(last);
  }

  /** All of its steps: the ordered tasks, then those at the end. */
  public List<OrderedTask> steps() {
    return Stream.concat(tasks.stream(), last.stream()).toList();
  }
}
