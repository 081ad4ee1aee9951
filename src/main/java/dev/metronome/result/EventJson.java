package dev.metronome.result;

import dev.metronome.record.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An event as one JSON object: the fields as in Consul, {@code Tasks} in it, {@code Nodes} in
 * these.
 */
public final class EventJson {

  private EventJson() {}

  /** The object as a map; an event that waits in the queue has nothing but its ID and no tasks. */
  public static Map<String, Object> of(EventState state) {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("ID", state.eventId());
    state.result().ifPresent(result -> event.putAll(Json.fields(result)));
    List<Object> tasks = new ArrayList<>();
    for (TaskState task : state.tasks()) {
      task.result().ifPresent(result -> tasks.add(task(Json.fields(result), task)));
    }
    event.put("Tasks", tasks);
    return event;
  }

  private static Map<String, Object> task(Map<String, Object> fields, TaskState state) {
    Map<String, Object> task = new LinkedHashMap<>(fields);
    task.put("Nodes", state.nodes().stream().map(Json::fields).toList());
    return task;
  }
}
