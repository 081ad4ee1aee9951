package dev.metronome.execute;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The variables that operations have captured on this node, by event: what one operation reads, the
 * later ones of the same event know, in this task and in the event's later tasks. Thread-safe.
 *
 * <p><em>Does not guarantee</em> anything beyond this process: after a restart of the agent they
 * are gone, and so they are once {@value #EVENTS} newer events have captured some.
 */
public final class Captures {

  private static final int EVENTS = 100;

  private final Map<String, Map<String, String>> byEvent = new LinkedHashMap<>();

  /** Those of an event, by name. */
  public synchronized Map<String, String> of(String eventId) {
    return Map.copyOf(byEvent.getOrDefault(eventId, Map.of()));
  }

  /** Sets one; an earlier value of the same name is replaced. */
  public synchronized void put(String eventId, String name, String value) {
    byEvent.computeIfAbsent(eventId, id -> new LinkedHashMap<>()).put(name, value);
    if (byEvent.size() > EVENTS) {
      byEvent.remove(byEvent.keySet().iterator().next());
    }
  }
}
