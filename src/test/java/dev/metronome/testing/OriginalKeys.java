package dev.metronome.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/** What the original leaves in Consul's KV, as two files in {@code original/} have it. */
public final class OriginalKeys {

  /** An event that it has run, on the node web1. */
  public static final String ENDED = "6f0f2a3e-7a8f-4a37-9a5a-000000000001";

  /** An event that it was running, at its second task. */
  public static final String BEGUN = "6f0f2a3e-7a8f-4a37-9a5a-000000000002";

  /** Events that wait, the older one first. */
  public static final String DEPLOY = "6f0f2a3e-7a8f-4a37-9a5a-000000000011";

  public static final String BACKUP = "6f0f2a3e-7a8f-4a37-9a5a-000000000012";

  public static final String EVENTS = "metronome/event_queue";
  public static final String PLAN = "metronome/progress_task_queue";
  public static final String LOCK = "metronome/event_queue/lock";

  /** A node's log, in its own lines. */
  public static final String LOG = "2015-12-01T10:00:00.123+09:00 [INFO ] Run task(configure)\n";

  private OriginalKeys() {}

  /** Results of events, tasks and nodes, and a log. */
  public static Map<String, String> results() {
    Map<String, String> keys = read("results.json");
    keys.put("metronome/results/" + ENDED + "/0/web1/log", LOG);
    return keys;
  }

  /** Its two queues and its lock, which nobody holds. */
  public static Map<String, String> queues() {
    return read("queues.json");
  }

  private static Map<String, String> read(String file) {
    try (InputStream in = OriginalKeys.class.getResourceAsStream("/original/" + file)) {
      Map<String, String> keys = new TreeMap<>();
      for (Map.Entry<String, JsonNode> key : Json.mapper().readTree(in).properties()) {
        JsonNode value = key.getValue();
        keys.put(key.getKey(), value.isTextual() ? value.asText() : value.toString());
      }
      return keys;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void put(ConsulConnection connection, Map<String, String> keys) {
    Transaction put = new Transaction();
    keys.forEach((key, value) -> put.set(key, value.getBytes(UTF_8)));
    if (!connection.commit(put).isDone()) {
      throw new IllegalStateException("Consul refused to put the original's keys");
    }
  }

  /** What stands now at these keys, those that are there. */
  public static Map<String, String> standing(
      ConsulConnection connection, Map<String, String> keys) {
    Map<String, String> now = new TreeMap<>();
    keys.keySet()
        .forEach(
            key ->
                connection
                    .get(key)
                    .ifPresent(entry -> now.put(key, new String(entry.value(), UTF_8))));
    return now;
  }
}
