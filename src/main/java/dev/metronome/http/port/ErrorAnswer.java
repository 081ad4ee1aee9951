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
 * @param hint what to do; empty if the error says it
 * @param retrySeconds when it may be met; 0 if asking again does not help
 * @param more further fields
 */
public record ErrorAnswer(
    int status, String error, String hint, int retrySeconds, Map<String, Object> more) {

  public ErrorAnswer(int status, String error, String hint) {
    this(status, error, hint, 0, Map.of());
  }

  /** 503: not now. */
  public static ErrorAnswer busy(String error, String hint, int retrySeconds) {
    return new ErrorAnswer(503, error, hint).after(retrySeconds);
  }

  /** The same, but it may be met after so long. */
  public ErrorAnswer after(int seconds) {
    return new ErrorAnswer(status, error, hint, seconds, more);
  }

  /** The same, with a field behind the others. */
  public ErrorAnswer with(String name, Object value) {
    Map<String, Object> all = new LinkedHashMap<>(more);
    all.put(name, value);
    return new ErrorAnswer(status, error, hint, retrySeconds, all);
  }

  /** What goes with every answer of this form. */
  public Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>(AnswerHeaders.of("application/json"));
    if (retrySeconds > 0) {
      headers.put("Retry-After", Integer.toString(retrySeconds));
    }
    return headers;
  }

  public Buffer body() {
    JsonObject body = new JsonObject().put("Error", error);
    if (!hint.isEmpty()) {
      body.put("Hint", hint);
    }
    more.forEach(body::put);
    return body.toBuffer();
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
