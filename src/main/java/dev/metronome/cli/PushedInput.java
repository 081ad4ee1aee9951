package dev.metronome.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.metronome.consul.UserEvent;
import dev.metronome.pipeline.intake.HandedEvents;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Reads what a Consul watch of type event hands over on standard input. */
final class PushedInput {
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

  private PushedInput() {}

  /**
   * Reads to the end.
   *
   * @throws MalformedException if it is no JSON array of objects, or too large
   */
  static List<UserEvent> read(InputStream in) throws IOException, MalformedException {
    byte[] bytes = in.readNBytes(LIMIT + 1);
    if (bytes.length > LIMIT) {
      throw malformed("more than 4 MiB");
    }
    try {
      return HandedEvents.of(tree(bytes));
    } catch (IllegalArgumentException e) {
      throw malformed(e.getMessage());
    }
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
      throw new MalformedException("standard input is no JSON" + place, e);
    }
  }

  private static MalformedException malformed(String found) {
    return new MalformedException(
        "standard input must be the JSON array of a Consul watch of type event, found " + found,
        null);
  }
}
