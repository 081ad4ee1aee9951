package dev.metronome.pipeline.dispatch;

import dev.metronome.model.record.Json;
import dev.metronome.model.record.Status;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Results of events that have ended, as this leader has written or found them, so that old ones
 * which somebody puts back do not take their place. The newest are kept. Not thread-safe.
 */
final class FinalResults {

  /** Of all events together. */
  private static final int RESULTS = 2_000;

  private final Map<String, Map<String, byte[]>> events = new LinkedHashMap<>();
  private int size;

  /**
   * @param key where the result stands
   */
  void remember(String eventId, String key, byte[] value) {
    byte[] before = events.computeIfAbsent(eventId, id -> new HashMap<>()).put(key, value);
    size += before == null ? 1 : 0;
    Iterator<Map<String, byte[]>> oldest = events.values().iterator();
    while (size > RESULTS && events.size() > 1) {
      size -= oldest.next().size();
      oldest.remove();
    }
  }

  /** By key; none if it is not known to have ended. */
  Map<String, byte[]> of(String eventId) {
    return events.getOrDefault(eventId, Map.of());
  }

  /** Whether a result says an end. */
  static boolean isFinal(byte[] value) {
    try {
      String status = Json.mapper().readTree(value).path("Status").asText("");
      return !status.isEmpty() && !status.equals(Status.INPROGRESS.word());
    } catch (IOException e) {
      return false;
    }
  }
}
