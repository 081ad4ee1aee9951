package dev.metronome.pipeline.hook;

import dev.metronome.model.record.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A result as a CloudEvent 1.0 in its JSON format, one line: for archives and buses that take
 * events of many kinds. The same result has the same ID, whoever exports it, however often.
 */
public final class CloudEvent {

  /** Where all of them come from; which cluster it is, the receiver knows by who sends it. */
  private static final String SOURCE = "/metronome";

  private static final String TYPE = "dev.metronome.";

  private CloudEvent() {}

  /**
   * @param fields of a result of an event, a task or a batch that has ended, as its JSON names them
   */
  public static String line(Map<String, Object> fields) {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("specversion", "1.0");
    event.put("id", id(fields));
    event.put("source", SOURCE);
    event.put("type", TYPE + kind(fields) + ".finished");
    event.put("subject", fields.get("Name"));
    if (fields.get("FinishedAt") != null) {
      event.put("time", fields.get("FinishedAt"));
    }
    event.put("datacontenttype", "application/json");
    event.put("data", fields);
    return Json.text(event) + "\n";
  }

  private static String kind(Map<String, Object> fields) {
    return !fields.containsKey("No") ? "event" : fields.containsKey("Batch") ? "batch" : "task";
  }

  private static String id(Map<String, Object> fields) {
    if (!fields.containsKey("No")) {
      return String.valueOf(fields.get("ID"));
    }
    String task = fields.get("EventID") + "/" + fields.get("No");
    return fields.get("Batch") instanceof Map<?, ?> batch ? task + "/" + batch.get("No") : task;
  }
}
