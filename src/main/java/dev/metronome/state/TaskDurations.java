package dev.metronome.state;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Part;
import dev.metronome.model.record.Status;
import dev.metronome.model.record.TaskResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How long tasks take on a node as a rule: the median of the last runs that succeeded there, in
 * whichever event. Drain and pauses between attempts are part of a run. Two requests an event.
 */
final class TaskDurations {
  /** How many events are looked at. */
  static final int EVENTS = 50;

  /** Of each task of an event: others say much the same. */
  private static final int NODES = 3;

  private final ConsulConnection connection;
  private final Keys keys;

  TaskDurations(ConsulConnection connection, Keys keys) {
    this.connection = connection;
    this.keys = keys;
  }

  /** By {@code PATTERN/TASK}. */
  Map<String, UsualDuration> of(List<EventSummary> newestFirst) {
    Map<String, List<Duration>> runs = new TreeMap<>();
    newestFirst.forEach(event -> add(event.id(), runs));
    Map<String, UsualDuration> usual = new TreeMap<>();
    runs.forEach((task, took) -> usual.put(task, UsualDuration.of(took)));
    return usual;
  }

  private void add(String id, Map<String, List<Duration>> runs) {
    Map<String, String> titles = new HashMap<>();
    List<Entry> nodes = new ArrayList<>();
    for (Entry entry : connection.read(wanted(keys.result(id) + "/"))) {
      if (depth(entry.key(), keys.result(id)) == 1) {
        ReadableRecords.read(entry, TaskResult.class)
            .flatMap(TaskDurations::title)
            .ifPresent(title -> titles.put(entry.key(), title));
      } else {
        nodes.add(entry);
      }
    }
    for (Entry entry : nodes) {
      Optional.ofNullable(titles.get(entry.key().substring(0, entry.key().lastIndexOf('/'))))
          .ifPresent(
              title ->
                  ReadableRecords.read(entry, NodeResult.class)
                      .flatMap(TaskDurations::took)
                      .ifPresent(
                          time ->
                              runs.computeIfAbsent(title, task -> new ArrayList<>()).add(time)));
    }
  }

  /** The results of an event's tasks, and those of the first nodes of each; no logs. */
  private List<String> wanted(String prefix) {
    Map<String, Integer> nodes = new HashMap<>();
    return connection.names(prefix).stream()
        .filter(
            key ->
                switch (depth(key, prefix) + 1) {
                  case 1 -> true;
                  case 2 ->
                      nodes.merge(key.substring(0, key.lastIndexOf('/')), 1, Integer::sum) <= NODES;
                  default -> false;
                })
        .toList();
  }

  private static int depth(String key, String prefix) {
    return (int) key.substring(prefix.length()).chars().filter(c -> c == '/').count();
  }

  /** An undo is no task that somebody names. */
  private static Optional<String> title(TaskResult task) {
    boolean named = !task.pattern().isEmpty() && task.part().filter(Part.UNDO::equals).isEmpty();
    return named ? Optional.of(task.pattern() + "/" + task.name()) : Optional.empty();
  }

  private static Optional<Duration> took(NodeResult run) {
    return run.status() == Status.SUCCESS
        ? run.startedAt()
            .flatMap(from -> run.finishedAt().map(to -> Duration.between(from, to)))
            .filter(time -> !time.isNegative())
        : Optional.empty();
  }
}
