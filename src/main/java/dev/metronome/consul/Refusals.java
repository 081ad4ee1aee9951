package dev.metronome.consul;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Locale;
import org.kiwiproject.consul.ConsulException;

/**
 * Reads the body of a refused transaction. HTTP 409 means a failed check, but also a missing right:
 * only the message tells (design section 9).
 */
final class Refusals {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Refusals() {}

  static Commit.Refused parse(ConsulException refusal, String url) {
    JsonNode error = firstError(String.valueOf(refusal.getMessage()));
    String what = error.path("What").asText("");
    if (what.isEmpty() || !error.path("OpIndex").isInt()) {
      throw new ConsulUnavailableException(
          "Consul at " + url + " could not commit a transaction: the 409 is not Consul's", refusal);
    }
    if (isDenied(what)) {
      throw new ConsulDeniedException("Consul at " + url + " refused a transaction: " + what);
    }
    return new Commit.Refused(error.path("OpIndex").asInt(), what);
  }

  /** At its beginning: behind it may stand a key, which may say anything. */
  private static boolean isDenied(String what) {
    String lower = what.toLowerCase(Locale.ROOT);
    return lower.startsWith("permission denied") || lower.startsWith("acl not found");
  }

  private static JsonNode firstError(String body) {
    int start = body.indexOf('{');
    try {
      return MAPPER.readTree(start < 0 ? "{}" : body.substring(start)).path("Errors").path(0);
    } catch (JsonProcessingException e) {
      return MAPPER.createObjectNode();
    }
  }
}
