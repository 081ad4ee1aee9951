package dev.metronome.http.port;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The answer to a request that cannot be met: what is wrong, and what to do, as JSON that nothing
 * takes for anything else and no cache keeps.
 *
 * @param retrySeconds when it may be met; 0 if asking again does not help
 */
public record ErrorAnswer(int status, String error, String hint, int retrySeconds) {

  public ErrorAnswer(int status, String error, String hint) {
    this(status, error, hint, 0);
  }

  /** 503: not now. */
  public static ErrorAnswer busy(String error, String hint, int retrySeconds) {
    return new ErrorAnswer(503, error, hint, retrySeconds);
  }

  /** What goes with every answer of this form. */
  Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>(AnswerHeaders.of("application/json"));
    if (retrySeconds > 0) {
      headers.put("Retry-After", Integer.toString(retrySeconds));
    }
    return headers;
  }

  Buffer body() {
    return new JsonObject().put("Error", error).put("Hint", hint).toBuffer();
  }

  /** Sends it; a visitor who has gone meanwhile is no failure. */
  public void send(HttpServerResponse response) {
    if (response.ended() || response.closed()) {
      return;
    }
    headers().forEach(response::putHeader);
    response.setStatusCode(status).end(body());
  }
}
