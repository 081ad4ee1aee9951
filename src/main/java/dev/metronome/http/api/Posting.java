package dev.metronome.http.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.metronome.base.log.PrintableText;
import dev.metronome.model.record.Limit;
import dev.metronome.model.schedule.Nearest;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An event as somebody posts it: {@code {"name": …, "params": {…}}}. Names of fields may begin with
 * a capital.
 *
 * @param limit the only nodes that it may run on
 * @param override why it may begin outside its windows
 * @param ahead whether it goes before those that wait for its lane
 * @param id the sender's own; absent: one is made
 * @param shown what makes it authentic: a signature or the token
 * @param plan fingerprint of the plan that the sender has seen
 */
record Posting(
    String name,
    Map<String, String> params,
    Optional<Limit> limit,
    Optional<String> override,
    boolean ahead,
    Optional<String> id,
    Optional<String> shown,
    Optional<String> plan) {

  private static final Set<String> FIELDS =
      Set.of("name", "params", "limit", "override", "ahead", "id", "payload", "plan");

  /** Characters of a field's name that an answer repeats. */
  private static final int LONGEST = 40;

  private static final String HINT =
      "an event is {\"name\": \"deploy\", \"params\": {\"version\": \"1.4\"}}";

  /**
   * @throws RequestException if it is something else
   */
  static Posting of(JsonNode tree) {
    if (!tree.isObject()) {
      throw RequestException.badRequest("the body must be a JSON object or Consul's array", HINT);
    }
    Map<String, JsonNode> fields = fields(tree);
    return new Posting(
        text("name", fields)
            .orElseThrow(() -> RequestException.badRequest("the event has no `name`", HINT)),
        params(fields.get("params")),
        limit(fields.get("limit")),
        override(fields),
        ahead(fields.get("ahead")),
        text("id", fields),
        text("payload", fields),
        text("plan", fields));
  }

  private static Map<String, JsonNode> fields(JsonNode tree) {
    Map<String, JsonNode> fields = new HashMap<>();
    for (Map.Entry<String, JsonNode> field : tree.properties()) {
      String name = field.getKey().toLowerCase(Locale.ROOT);
      if (!FIELDS.contains(name) || fields.put(name, field.getValue()) != null) {
        throw RequestException.badRequest(
            FIELDS.contains(name)
                ? "the field `" + name + "` is there twice"
                : "an event has no field `"
                    + shown(field.getKey())
                    + "`"
                    + Nearest.hint(name, FIELDS),
            "known are " + String.join(", ", new TreeSet<>(FIELDS)));
      }
    }
    return fields;
  }

  private static String shown(String name) {
    return PrintableText.of(name.length() <= LONGEST ? name : name.substring(0, LONGEST) + "...");
  }

  private static Optional<String> text(String name, Map<String, JsonNode> fields) {
    JsonNode value = fields.get(name);
    if (value == null || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw RequestException.badRequest("`" + name + "` must be text", HINT);
    }
    return Optional.of(value.asText());
  }

  private static Optional<String> override(Map<String, JsonNode> fields) {
    Optional<String> why = text("override", fields);
    if (why.filter(String::isBlank).isPresent()) {
      throw RequestException.badRequest("`override` must say why, for those who ask later", HINT);
    }
    return why;
  }

  private static boolean ahead(JsonNode value) {
    if (value == null || value.isNull()) {
      return false;
    }
    if (!value.isBoolean()) {
      throw RequestException.badRequest("`ahead` must be true or false", HINT);
    }
    return value.asBoolean();
  }

  private static Optional<Limit> limit(JsonNode value) {
    if (value == null || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual() && !value.isIntegralNumber()) {
      throw RequestException.badRequest(
          "`limit` must be a number of nodes, or text with their names", HINT);
    }
    try {
      return Optional.of(Limit.of(value.asText()));
    } catch (IllegalArgumentException e) {
      throw RequestException.badRequest("`limit`: " + e.getMessage(), HINT);
    }
  }

  private static Map<String, String> params(JsonNode value) {
    Map<String, String> params = new TreeMap<>();
    if (value == null || value.isNull()) {
      return params;
    }
    if (!value.isObject()) {
      throw RequestException.badRequest("`params` must be an object of names and texts", HINT);
    }
    for (Map.Entry<String, JsonNode> param : value.properties()) {
      if (!param.getValue().isValueNode() || param.getValue().isNull()) {
        throw RequestException.badRequest(
            "each of `params` must be text, a number, true or false", HINT);
      }
      params.put(param.getKey(), param.getValue().asText());
    }
    return params;
  }
}
