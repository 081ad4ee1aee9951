package dev.metronome.telemetry.inspection;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.metronome.http.port.ErrorAnswer;
import java.io.IOException;
import java.util.Optional;

/**
 * What Jolokia is asked, judged by what it would cost: one request of {@code list} goes through all
 * beans of the JVM, and a bulk request asks many things at once, all of whose answers are in memory
 * together.
 */
final class JolokiaRequest {

  /** Of a page of Hawtio's that shows a folder of beans. */
  static final int MOST = 100;

  /** Those that go through many beans, or make a text of all routes. */
  static final int MOST_HEAVY = 8;

  private static final int MOST_NESTED = 20;

  private static final ErrorAnswer MALFORMED =
      new ErrorAnswer(400, "the body is no request of Jolokia's", "see its protocol");

  /** It would leave a listener behind for each; whatever else is not allowed Jolokia refuses. */
  private static final String NOTIFICATION = "notification";

  private static final ObjectMapper MAPPER =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxNestingDepth(MOST_NESTED).build())
              .build());

  private JolokiaRequest() {}

  /** What speaks against a body. */
  static Optional<ErrorAnswer> objection(byte[] body) {
    JsonNode root;
    try {
      root = MAPPER.readTree(body);
    } catch (IOException e) {
      return Optional.of(MALFORMED);
    }
    if (root == null || !root.isArray()) {
      return root != null && root.isObject()
          ? ofType(root.path("type").asText())
          : Optional.of(
              new ErrorAnswer(400, "the body is no request of Jolokia's", "see its protocol"));
    }
    return ofBulk(root);
  }

  private static Optional<ErrorAnswer> ofBulk(JsonNode requests) {
    if (requests.size() > MOST) {
      return Optional.of(
          new ErrorAnswer(413, "too many requests in one", "send at most " + MOST + " together"));
    }
    int lists = 0;
    int heavy = 0;
    for (JsonNode request : requests) {
      String type = request.path("type").asText();
      Optional<ErrorAnswer> objection = request.isObject() ? ofType(type) : Optional.of(MALFORMED);
      if (objection.isPresent()) {
        return objection;
      }
      boolean all = type.equalsIgnoreCase("list") || listsRights(request);
      lists += all ? 1 : 0;
      heavy += all || type.equalsIgnoreCase("exec") || readsMany(request) ? 1 : 0;
    }
    return lists > 1 || heavy > MOST_HEAVY
        ? Optional.of(
            new ErrorAnswer(
                413,
                "too much is asked for in one request",
                "send one list, and at most " + MOST_HEAVY + " that show many beans, at a time"))
        : Optional.empty();
  }

  /** However its name is written. */
  private static boolean listsRights(JsonNode request) {
    return request.path("mbean").asText().contains("RBACRegistry");
  }

  private static boolean readsMany(JsonNode request) {
    String bean = request.path("mbean").asText();
    return request.path("type").asText().equalsIgnoreCase("read")
        && (bean.contains("*") || bean.contains("?"));
  }

  /** What speaks against the path of a GET, beneath Jolokia's own. */
  static Optional<ErrorAnswer> objection(String path) {
    return ofType(path.split("/", 2)[0]);
  }

  private static Optional<ErrorAnswer> ofType(String type) {
    return type.equalsIgnoreCase(NOTIFICATION)
        ? Optional.of(
            new ErrorAnswer(
                403,
                "notifications are not sent from here",
                "answered are read, list, search, version, and exec that shows routes"))
        : Optional.empty();
  }
}
