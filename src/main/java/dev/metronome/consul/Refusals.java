package dev.metronome.consul;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads the body of a refused transaction. HTTP 409 means a failed check, but also a missing right:
 * only the message tells (docs/protocol.md, "Limits of Consul").
 */
final class Refusals {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Refusals() {}

  static Commit.Refused parse(String refusal, String url) {
    List<Integer> operations = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    for (JsonNode error : errors(refusal)) {
      String what = error.path("What").asText("");
      if (what.isEmpty() || !error.path("OpIndex").isInt()) {
        throw foreign(url);
      }
      if (isDenied(what)) {
        throw new ConsulDeniedException(
            "Consul at " + url + " refused a transaction: " + what + MissingRule.remedy(what));
      }
      operations.add(error.path("OpIndex").asInt());
      reasons.add(what);
    }
    if (operations.isEmpty()) {
      throw foreign(url);
    }
    return new Commit.Refused(operations.get(0), reasons.get(0), operations);
  }

  /** Whether the body of a refused transaction says that a right is missing. */
  static boolean isDenial(String body) {
    for (JsonNode error : errors(body)) {
      if (isDenied(error.path("What").asText(""))) {
        return true;
      }
    }
    return false;
  }

  private static ConsulUnavailableException foreign(String url) {
    return new ConsulUnavailableException(
        "Consul at " + url + " could not commit a transaction: the 409 is not Consul's", null);
  }

  /** At its beginning: behind it may stand a key, which may say anything. */
  private static boolean isDenied(String what) {
    String lower = what.toLowerCase(Locale.ROOT);
    return lower.startsWith("permission denied") || lower.startsWith("acl not found");
  }

  private static JsonNode errors(String body) {
    int start = body.indexOf('{');
    try {
      return MAPPER.readTree(start < 0 ? "{}" : body.substring(start)).path("Errors");
    } catch (JsonProcessingException e) {
      return MAPPER.createArrayNode();
    }
  }
}
