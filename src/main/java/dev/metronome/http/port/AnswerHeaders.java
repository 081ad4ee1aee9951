package dev.metronome.http.port;

import io.vertx.core.http.HttpServerResponse;
import java.util.Map;

/** The headers of every answer that is made for one request. */
public final class AnswerHeaders {

  private AnswerHeaders() {}

  /** Nothing takes the answer for another type than its own, and no cache keeps it. */
  public static void put(HttpServerResponse response, String type) {
    of(type).forEach(response::putHeader);
  }

  public static Map<String, String> of(String type) {
    return Map.of(
        "Content-Type", type, "X-Content-Type-Options", "nosniff", "Cache-Control", "no-store");
  }
}
