package dev.metronome.embedded;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** A reply to be sent; immutable. */
final class Reply {
  private static final String PLAIN = "text/plain; charset=utf-8";

  private final int status;
  private final byte[] body;
  private final Map<String, String> headers;

  private Reply(int status, byte[] body, Map<String, String> headers) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }

  static Reply json(Object content) {
    return json(200, content);
  }

  static Reply json(int status, Object content) {
    return new Reply(status, ConsulJson.write(content), Map.of("Content-Type", "application/json"));
  }

  static Reply text(int status, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    return new Reply(status, bytes, Map.of("Content-Type", PLAIN));
  }

  static Reply raw(byte[] content) {
    return new Reply(200, content, Map.of("Content-Type", "text/plain"));
  }

  static Reply empty(int status) {
    return new Reply(status, new byte[0], Map.of());
  }

  Reply with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Reply(status, body, more);
  }

  void send(HttpExchange exchange) throws IOException {
    headers.forEach(exchange.getResponseHeaders()::set);
    boolean silent = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, silent ? -1 : body.length);
    if (!silent) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
  }
}
