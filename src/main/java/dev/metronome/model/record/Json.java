package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Records to bytes and back. Names are in upper camel case, times RFC 3339 in UTC, absent fields
 * are left out, unknown fields are ignored, so that a newer agent may add some.
 */
public final class Json {

  private static final String FORMAT = "Format";

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule().addDeserializer(Instant.class, new InstantReader()))
          .propertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_ABSENT, JsonInclude.Include.NON_ABSENT))
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  public static ObjectMapper mapper() {
    return MAPPER;
  }

  public static byte[] write(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + value.getClass().getSimpleName(), e);
    }
  }

  /** A record as a map of its JSON fields. */
  public static Map<String, Object> fields(Object value) {
    return MAPPER.convertValue(value, new TypeReference<Map<String, Object>>() {});
  }

  public static String text(Object value) {
    return new String(write(value), StandardCharsets.UTF_8);
  }

  /**
   * Reads a record.
   *
   * @param key where it stands, for the message
   * @throws UnreadableRecordException if it is not JSON, or not of this shape
   * @throws NewerRecordException if a newer agent wrote it
   */
  public static <T> T read(String key, byte[] bytes, Class<T> type) {
    if (Format.isKnown(bytes)) {
      try {
        return MAPPER.readValue(bytes, type);
      } catch (IOException | IllegalArgumentException | NullPointerException e) {
        // What is wrong with it, the other way says.
      }
    }
    return readByTree(key, bytes, type);
  }

  /**
   * Reads a record that is looked at only: one that cannot be read, or that a newer agent wrote, is
   * not there for who asks, and harms no other.
   *
   * @param key where it stands
   */
  public static <T> Optional<T> readable(String key, byte[] bytes, Class<T> type) {
    try {
      return Optional.of(read(key, bytes, type));
    } catch (UnreadableRecordException | NewerRecordException e) {
      return Optional.empty();
    }
  }

  /** Whether it is a JSON object without a version: below {@code results/} the original's form. */
  public static boolean isUnmarked(byte[] bytes) {
    try {
      return isUnmarked(MAPPER.readTree(bytes));
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isUnmarked(JsonNode tree) {
    return tree != null && tree.isObject() && !tree.has(FORMAT);
  }

  private static <T> T readByTree(String key, byte[] bytes, Class<T> type) {
    try {
      JsonNode tree = MAPPER.readTree(bytes);
      if (tree == null || !tree.isObject()) {
        throw new UnreadableRecordException(key, "it is not a JSON object");
      }
      int format = tree.path(FORMAT).asInt(Format.CURRENT);
      if (format > Format.NEWEST) {
        throw new NewerRecordException(key, format);
      }
      if (Result.class.isAssignableFrom(type) && isUnmarked(tree)) {
        ((ObjectNode) tree).put(FORMAT, Format.ORIGINAL);
      }
      return MAPPER.treeToValue(tree, type);
    } catch (JsonProcessingException e) {
      throw new UnreadableRecordException(key, Flaw.of(e));
    } catch (IOException | IllegalArgumentException | NullPointerException e) {
      throw new UnreadableRecordException(key, e.getMessage());
    }
  }
}
