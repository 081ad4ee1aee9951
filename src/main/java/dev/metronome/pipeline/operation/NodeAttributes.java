package dev.metronome.pipeline.operation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.consul.Entry;
import dev.metronome.consul.ForeignKeys;
import dev.metronome.pipeline.execute.OperationFailedException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Chef's node attributes, as they stand in Consul. */
public final class NodeAttributes {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private final ForeignKeys keys;

  public NodeAttributes(ForeignKeys keys) {
    this.keys = keys;
  }

  /**
   * All JSON objects below the prefixes, merged in order, the later winning. Keys that Consul
   * cannot be asked for count as absent.
   *
   * @param warnings hears of what could not be read
   * @throws OperationFailedException if a value is no JSON object; the message names the key
   */
  Map<String, Object> below(List<String> prefixes, Consumer<String> warnings) {
    Map<String, Object> all = new LinkedHashMap<>();
    for (String prefix : prefixes) {
      try {
        keys.list(prefix).forEach(entry -> merge(all, object(entry)));
      } catch (ConsulUnavailableException e) {
        warnings.accept("attributes below " + prefix + " count as empty: " + e.getMessage());
      }
    }
    return all;
  }

  /** Puts the second over the first: mappings are merged, everything else is replaced. */
  static void merge(Map<String, Object> under, Map<String, Object> over) {
    over.forEach(
        (key, value) -> {
          if (value instanceof Map<?, ?> more && under.get(key) instanceof Map<?, ?> there) {
            Map<String, Object> both = texts(there);
            merge(both, texts(more));
            under.put(key, both);
          } else {
            under.put(key, value);
          }
        });
  }

  static Map<String, Object> texts(Map<?, ?> map) {
    Map<String, Object> result = new LinkedHashMap<>();
    map.forEach((key, value) -> result.put(String.valueOf(key), value));
    return result;
  }

  /** What Chef reads. */
  static String json(Map<String, Object> attributes) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(attributes);
    } catch (JsonProcessingException e) {
      throw new OperationFailedException("the attributes cannot be written as JSON: " + e);
    }
  }

  /** A key without a value is a folder. */
  private static Map<String, Object> object(Entry entry) {
    if (entry.value().length == 0) {
      return Map.of();
    }
    try {
      String text = new String(entry.value(), StandardCharsets.UTF_8);
      Map<String, Object> object =
          JSON.readValue(text, new TypeReference<Map<String, Object>>() {});
      return object == null ? Map.of() : object;
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw new OperationFailedException(
          "the value of key "
              + entry.key()
              + " in Consul is not a JSON object (line "
              + line
              + "); keys below attribute_keys hold node attributes");
    }
  }
}
