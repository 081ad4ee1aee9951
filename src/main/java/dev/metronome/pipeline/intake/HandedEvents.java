package dev.metronome.pipeline.intake;

import com.fasterxml.jackson.databind.JsonNode;
import dev.metronome.consul.UserEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * What a Consul watch of type event hands over, to a command or by HTTP: its newest user events.
 */
public final class HandedEvents {

  private HandedEvents() {}

  /**
   * The events of Consul's array, in its order. Nothing at all and {@code null} are no events, as
   * Consul means them.
   *
   * @throws IllegalArgumentException if it is no array of objects; the message says what it is
   */
  public static List<UserEvent> of(JsonNode tree) {
    if (tree.isMissingNode() || tree.isNull()) {
      return List.of();
    }
    if (!tree.isArray()) {
      throw new IllegalArgumentException("no array");
    }
    List<UserEvent> events = new ArrayList<>();
    for (JsonNode element : tree) {
      if (!element.isObject()) {
        throw new IllegalArgumentException(
            "an array whose item " + (events.size() + 1) + " is no object");
      }
      events.add(
          new UserEvent(
              element.path("ID").asText(""),
              element.path("Name").asText(""),
              text(element, "Payload").map(HandedEvents::decoded),
              text(element, "NodeFilter"),
              text(element, "ServiceFilter"),
              text(element, "TagFilter")));
    }
    return events;
  }

  private static Optional<String> text(JsonNode element, String field) {
    return Optional.of(element.path(field).asText("")).filter(text -> !text.isEmpty());
  }

  private static String decoded(String base64) {
    try {
      return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return base64;
    }
  }
}
