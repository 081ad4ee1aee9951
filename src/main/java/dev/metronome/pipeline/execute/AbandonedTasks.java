package dev.metronome.pipeline.execute;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.TaskResult;
import dev.metronome.model.schedule.OnLost;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.model.schedule.TaskDefinition;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Knows which tasks the cluster has given up on this node, by their results. */
final class AbandonedTasks {

  /** Ends of a task that were decided while it may still have been running here. */
  private static final Set<Reason> REASONS =
      Set.of(Reason.LOST, Reason.TIMEOUT, Reason.CANCELLED, Reason.INTERRUPTED);

  private final ConsulConnection connection;
  private final Keys keys;
  private final String node;
  private final Supplier<Schedule> schedule;

  /**
   * @param schedule this node's task files, which say what {@code on_lost} is
   */
  AbandonedTasks(ConsulConnection connection, Keys keys, String node, Supplier<Schedule> schedule) {
    this.connection = connection;
    this.keys = keys;
    this.node = node;
    this.schedule = schedule;
  }

  /** What is to become of the task's processes; empty if the cluster has not given it up. */
  Optional<OnLost> onLost(String eventId, int no) {
    return read(keys.result(eventId, no, node), NodeResult.class)
        .flatMap(NodeResult::reason)
        .filter(REASONS::contains)
        .map(reason -> asWritten(eventId, no));
  }

  private OnLost asWritten(String eventId, int no) {
    return read(keys.result(eventId, no), TaskResult.class)
        .flatMap(this::definition)
        .map(TaskDefinition::onLost)
        .orElse(OnLost.CONTINUE);
  }

  private Optional<TaskDefinition> definition(TaskResult task) {
    return schedule.get().pattern(task.pattern()).map(pattern -> pattern.tasks().get(task.name()));
  }

  private <T> Optional<T> read(String key, Class<T> type) {
    return connection.get(key).flatMap(entry -> Json.readable(key, entry.value(), type));
  }
}
