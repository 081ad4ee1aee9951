package dev.metronome.pipeline.migration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.metronome.consul.Entry;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The original's two queues, read. Its payloads are left unread: it has compared each with its
 * token before it queued the event.
 *
 * @param events those that wait, in their order, each once
 * @param underWay IDs of the events whose tasks it was running
 * @param eventsFault what of the event queue is no event, if anything is not
 * @param planFault the same of the progress task queue
 */
record OriginalQueues(
    List<Event> events,
    Set<String> underWay,
    Optional<String> eventsFault,
    Optional<String> planFault) {

  /** How events of its queue came in. */
  static final String SOURCE = "original";

  static OriginalQueues of(OriginalState state, Instant now) {
    List<String> planFaults = new ArrayList<>();
    Set<String> underWay = new LinkedHashSet<>();
    for (JsonNode item : items(state.plan(), planFaults)) {
      String id = item.path("id").asText("");
      if (Keys.wasSegment(id)) {
        underWay.add(id);
      } else {
        planFaults.add("an item names no event");
      }
    }
    List<String> eventFaults = new ArrayList<>();
    Map<String, Event> events = new LinkedHashMap<>();
    int no = 0;
    for (JsonNode item : items(state.events(), eventFaults)) {
      no++;
      try {
        Event event = event(item, now);
        if (!underWay.contains(event.id())) {
          events.putIfAbsent(event.id(), event);
        }
      } catch (IllegalArgumentException e) {
        eventFaults.add("item " + no + ": " + e.getMessage());
      }
    }
    return new OriginalQueues(
        List.copyOf(events.values()), underWay, said(eventFaults), said(planFaults));
  }

  private static Event event(JsonNode item, Instant now) {
    String id = item.path("ID").asText("");
    return Event.of(id, item.path("Name").asText(""), Map.of(), now, SOURCE, null);
  }

  /** An empty value and {@code null} are empty queues, as the original reads them. */
  private static Iterable<JsonNode> items(Optional<Entry> entry, List<String> faults) {
    byte[] value = entry.map(Entry::value).orElse(new byte[0]);
    if (value.length == 0) {
      return List.of();
    }
    try {
      JsonNode tree = Json.mapper().readTree(value);
      if (tree != null && (tree.isArray() || tree.isNull())) {
        return tree;
      }
      faults.add("it is no JSON array");
    } catch (JsonProcessingException e) {
      faults.add("it is no JSON");
    } catch (IOException e) {
      faults.add("it cannot be read");
    }
    return List.of();
  }

  private static Optional<String> said(List<String> faults) {
    return faults.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", faults));
  }
}
