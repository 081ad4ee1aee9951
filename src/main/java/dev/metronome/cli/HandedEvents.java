package dev.metronome.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.metronome.consul.UserEvent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Reads what a Consul watch of type event hands over. */
final class HandedEvents {
  /** A ring of 256 events with all their filters is far below it. */
  private static final int LIMIT = 4 << 20;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  /** The input is not what Consul hands over; the message says where. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private HandedEvents() {}

  /**
   * Reads to the end. Nothing at all and {@code null} are no events, as Consul means them.
   *
   * @throws MalformedException if it is no JSON array of objects, or too large
   */
  static List<UserEvent> read(InputStream in) throws IOException, MalformedException {
    byte[] bytes = in.readNBytes(LIMIT + 1);
    if (bytes.length > LIMIT) {
      throw malformed("more than 4 MiB");
    }
    JsonNode tree = tree(bytes);
    if (tree.isMissingNode() || tree.isNull()) {
      return List.of();
    }
    if (!tree.isArray()) {
      throw malformed("no array");
    }
    return events(tree);
  }

  private static JsonNode tree(byte[] bytes) throws IOException, MalformedException {
    try {
      return MAPPER.readTree(bytes);
    } catch (JsonProcessingException e) {
      String place =
          e.getLocation() == null
              ? ""
              : " at line %d, column %d"
                  .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
      throw new MalformedException("standard input is no JSON" + place + ": " + reason(e), e);
    }
  }

  /** Without Jackson's pointer to where the structure began, which names its own options. */
  private static String reason(JsonProcessingException e) {
    return e.getOriginalMessage().replaceAll(" \\(start marker at .*", "");
  }

  private static List<UserEvent> events(JsonNode array) throws MalformedException {
    List<UserEvent> events = new ArrayList<>();
    for (JsonNode element : array) {
      if (!element.isObject()) {
        throw malformed("an array whose item " + (events.size() + 1) + " is no object");
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

  private static MalformedException malformed(String found) {
    return new MalformedException(
        "standard input must be the JSON array of a Consul watch of type event, found " + found,
        null);
  }
}
