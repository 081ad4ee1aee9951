package dev.metronome.base.crash;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** One request of an agent to Consul, on its way through a {@link ConsulProxy}. */
record Request(String method, String path, String body) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** From the first line of a request. */
  static Request of(String line, byte[] body) {
    String[] words = line.split(" ", 3);
    return new Request(
        words[0],
        URLDecoder.decode(words[1], StandardCharsets.UTF_8),
        new String(body, StandardCharsets.UTF_8));
  }

  /** Everything. */
  static Predicate<Request> any() {
    return request -> true;
  }

  /** Whatever changes something in Consul or asks for a session. */
  static Predicate<Request> writes() {
    return request -> request.method().equals("PUT");
  }

  static Predicate<Request> to(String path) {
    return request -> request.path().startsWith(path);
  }

  /** A transaction that takes this step of the protocol (docs/protocol.md, "Transactions"). */
  static Predicate<Request> step(String name) {
    return request -> request.takes(name);
  }

  boolean takes(String step) {
    return switch (step) {
      case "accept" -> has("check-not-exists", "/queued/") && has("set", "/queued/");
      case "turn" -> has("cas", "/queue_bucket");
      case "dispatch" -> has("delete", "/event_queue/") && !has("set", "/quarantine/");
      case "open" -> has("set", "/task.") && has("check-session", "/leader");
      case "claim" -> has("lock", "/claims/");
      case "finish" -> has("unlock", "/claims/");
      case "close" -> has("delete-tree", "/claims/");
      case "end" -> has("delete-tree", "/claims/") && has("set", "/results/[^/]+$");
      case "lead" -> has("lock", "/leader");
      case "hand-over" -> has("unlock", "/leader");
      default -> throw new IllegalArgumentException("no step is called " + step);
    };
  }

  boolean isTransaction() {
    return path.startsWith("/v1/txn");
  }

  private boolean has(String verb, String part) {
    return operations().stream()
        .anyMatch(
            operation ->
                operation.path("Verb").asText().equals(verb)
                    && Pattern.compile(part).matcher(operation.path("Key").asText()).find());
  }

  /** The session that an operation of this kind names. */
  Optional<String> session(String verb, String part) {
    return operations().stream()
        .filter(operation -> operation.path("Verb").asText().equals(verb))
        .filter(operation -> operation.path("Key").asText().contains(part))
        .map(operation -> operation.path("Session").asText())
        .findFirst();
  }

  /** The operations of a transaction; none of anything else. */
  List<JsonNode> operations() {
    return StreamSupport.stream(json(body).spliterator(), false)
        .filter(any -> isTransaction())
        .map(Request::operation)
        .toList();
  }

  /** The client writes it in small letters; Consul does not mind. */
  private static JsonNode operation(JsonNode each) {
    return each.has("kv") ? each.path("kv") : each.path("KV");
  }

  /** The same transaction without some of its operations. */
  Request without(Predicate<JsonNode> operation) {
    if (!isTransaction()) {
      return this;
    }
    var kept = JSON.createArrayNode();
    json(body)
        .forEach(
            each -> {
              if (!operation.test(operation(each))) {
                kept.add(each);
              }
            });
    return new Request(method, path, kept.toString());
  }

  static JsonNode json(byte[] text) {
    return json(new String(text, StandardCharsets.UTF_8));
  }

  static JsonNode json(String text) {
    try {
      JsonNode read = JSON.readTree(text);
      return read == null ? MissingNode.getInstance() : read;
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }
}
