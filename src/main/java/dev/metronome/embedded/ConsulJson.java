package dev.metronome.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Consul's JSON: names in upper camel case, read without regard to case. */
final class ConsulJson {
  private static final ObjectMapper STRICT = mapper(true);
  private static final ObjectMapper LENIENT = mapper(false);

  private ConsulJson() {}

  private static ObjectMapper mapper(boolean strict) {
    return JsonMapper.builder()
        .propertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE)
        .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES)
        .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, strict)
        .build();
  }

  static byte[] write(Object content) {
    try {
      return LENIENT.writeValueAsBytes(content);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Content as a tree, as it would be written. */
  static JsonNode tree(Object content) {
    return LENIENT.valueToTree(content);
  }

  /** Reads a body in which unknown fields do not matter. */
  static <T> T lenient(byte[] body, Class<T> type) {
    return read(() -> LENIENT.readValue(body, type), "Request decode failed: ");
  }

  /** Reads a body in which an unknown field is an error. */
  static <T> T strict(byte[] body, Class<T> type) {
    return read(() -> STRICT.readValue(body, type), "Request decode failed: ");
  }

  /** Reads a list in which an unknown field is an error. */
  static <T> T strict(byte[] body, TypeReference<T> type, String complaint) {
    return read(() -> STRICT.readValue(body, type), complaint);
  }

  @FunctionalInterface
  private interface Reading<T> {
    T run() throws IOException;
  }

  private static <T> T read(Reading<T> reading, String complaint) {
    try {
      return reading.run();
    } catch (UnrecognizedPropertyException e) {
      throw RefusedRequest.malformed(
          complaint + "json: unknown field \"" + e.getPropertyName() + "\"");
    } catch (JsonProcessingException e) {
      if (e.getCause() instanceof RefusedRequest refusal) {
        throw refusal;
      }
      throw RefusedRequest.malformed(complaint + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
