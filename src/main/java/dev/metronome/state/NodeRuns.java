package dev.metronome.state;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.TaskResult;
import dev.metronome.state.NodeDetails.Ran;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * What a node has run of late, by its results; of the newest events only, since results stand below
 * their events: some thirty requests.
 */
final class NodeRuns {
  /** Events that are looked through. */
  static final int EVENTS = 20;

  private final ConsulConnection connection;
  private final Keys keys;

  NodeRuns(ConsulConnection connection, Keys keys) {
    this.connection = connection;
    this.keys = keys;
  }

  /** The newest first. */
  List<Ran> of(String node, List<EventSummary> newest) {
    List<Ran> runs = new ArrayList<>();
    for (EventSummary event : newest) {
      List<String> numbers = numbers(event.id());
      List<String> wanted = numbers.stream().map(no -> result(event, no) + "/" + node).toList();
      List<Ran> ran = new ArrayList<>();
      for (Entry entry : connection.read(wanted)) {
        ReadableRecords.read(entry, NodeResult.class)
            .flatMap(it -> ran(event, it))
            .ifPresent(ran::add);
      }
      Collections.reverse(ran);
      runs.addAll(ran);
    }
    return runs;
  }

  /** Of the tasks that have a result, in their order. */
  private List<String> numbers(String id) {
    String prefix = keys.result(id) + "/";
    return connection.children(prefix).stream()
        .map(key -> key.substring(prefix.length()))
        .filter(name -> name.matches("[0-9]{1,9}"))
        .sorted((a, b) -> Integer.compare(Integer.parseInt(a), Integer.parseInt(b)))
        .toList();
  }

  private String result(EventSummary event, String no) {
    return keys.result(event.id(), Integer.parseInt(no));
  }

  private Optional<Ran> ran(EventSummary event, NodeResult result) {
    return connection
        .get(keys.result(event.id(), result.no()))
        .flatMap(entry -> ReadableRecords.read(entry, TaskResult.class))
        .map(
            task ->
                new Ran(
                    event.id(),
                    event.name(),
                    task.no(),
                    task.name(),
                    task.part(),
                    NodeRun.of(result)));
  }
}
