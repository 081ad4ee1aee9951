package dev.metronome.intake;

import dev.metronome.consul.UserEvent;
import dev.metronome.record.Event;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Body;

/** Makes events of what comes in. */
public final class Events {

  private final Clock clock;
  private final String by;

  /**
   * @param by this agent, for events that its own routes submit
   */
  public Events(Clock clock, String by) {
    this.clock = clock;
    this.by = by;
  }

  /** Why these cannot be an event's ID and name, if they cannot. */
  static Optional<String> fault(String id, String name) {
    try {
      Event.of(id, name, Map.of(), Instant.EPOCH, "check", null);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
  }

  public Event fromUserEvent(@Body UserEvent event) {
    return Event.of(event.id(), event.name(), Map.of(), clock.instant(), "consul-event", null);
  }

  /**
   * @param body an {@link Event}, an event's name, or a map with {@code Name}, and {@code Params}
   *     and {@code ID} if wanted
   * @throws IllegalArgumentException if it is none of these
   */
  public Event fromSubmission(@Body Object body) {
    if (body instanceof Event event) {
      return event;
    }
    if (body instanceof Map<?, ?> map && map.get("Name") instanceof String name) {
      Object id = map.get("ID");
      return event(id == null ? newId() : id.toString(), name, params(map.get("Params")));
    }
    if (body instanceof String name && !name.isBlank()) {
      return event(newId(), name.strip(), Map.of());
    }
    throw new IllegalArgumentException(
        "direct:submit takes an event's name, or a map with Name and, if wanted, Params and ID");
  }

  /** An ID that nobody else has. */
  public static String newId() {
    return UUID.randomUUID().toString();
  }

  private Event event(String id, String name, Map<String, String> params) {
    return Event.of(id, name, params, clock.instant(), "route", by);
  }

  private static Map<String, String> params(Object value) {
    Map<String, String> params = new HashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((name, text) -> params.put(String.valueOf(name), String.valueOf(text)));
    } else if (value != null) {
      throw new IllegalArgumentException("Params must be a map of names to values");
    }
    return params;
  }
}
