package dev.metronome.embedded;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A request as the endpoints see it: decoded path, query parameters, body. */
final class HttpRequest {
  private final String method;
  private final String path;
  private final Map<String, List<String>> query;
  private final HttpExchange exchange;

  private HttpRequest(
      String method, String path, Map<String, List<String>> query, HttpExchange exchange) {
    this.method = method;
    this.path = path;
    this.query = query;
    this.exchange = exchange;
  }

  static HttpRequest of(HttpExchange exchange) {
    // In a path a plus is a plus; URLDecoder would make a space of it.
    String rawPath = exchange.getRequestURI().getRawPath().replace("+", "%2B");
    return new HttpRequest(
        exchange.getRequestMethod(),
        decode(rawPath),
        split(exchange.getRequestURI().getRawQuery()),
        exchange);
  }

  String method() {
    return method;
  }

  String path() {
    return path;
  }

  /** What follows a prefix of the path. */
  String after(String prefix) {
    return path.substring(prefix.length());
  }

  boolean has(String parameter) {
    return query.containsKey(parameter);
  }

  Optional<String> parameter(String name) {
    return query.containsKey(name) ? Optional.of(query.get(name).get(0)) : Optional.empty();
  }

  List<String> parameters(String name) {
    return query.getOrDefault(name, List.of());
  }

  /** A number from the query; as the real one does, an unreadable one is a server error. */
  Optional<Long> number(String name) {
    try {
      return parameter(name).map(Long::parseUnsignedLong);
    } catch (NumberFormatException e) {
      String text = parameter(name).orElse("");
      throw new RefusedRequest(500, "strconv.ParseUint: parsing \"" + text + "\": invalid syntax");
    }
  }

  /** The index that a blocking query has seen, 0 for none. */
  long index() {
    try {
      return parameter("index").map(Long::parseUnsignedLong).orElse(0L);
    } catch (NumberFormatException e) {
      throw RefusedRequest.malformed("Invalid index");
    }
  }

  /** How long a blocking query may take, zero for the default. */
  Duration waitTime() {
    try {
      return GoDuration.orZero(parameter("wait").orElse(""));
    } catch (IllegalArgumentException e) {
      throw RefusedRequest.malformed("Invalid wait time");
    }
  }

  /**
   * Reads the body.
   *
   * @param limit the size above which it is refused with 413
   * @param option the name of Consul's option for that limit
   */
  byte[] body(int limit, String option) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (body.length > limit) {
      throw new RefusedRequest(
          413,
          "Request body(%d bytes) too large, max size: %d bytes. See https://www.consul.io/docs/agent/options.html#%s."
              .formatted(body.length, limit, option));
    }
    return body;
  }

  byte[] body() throws IOException {
    return exchange.getRequestBody().readAllBytes();
  }

  private static Map<String, List<String>> split(String rawQuery) {
    Map<String, List<String>> found = new HashMap<>();
    if (rawQuery != null) {
      for (String pair : rawQuery.split("&", -1)) {
        int sign = pair.indexOf('=');
        String name = decode(sign < 0 ? pair : pair.substring(0, sign));
        String value = sign < 0 ? "" : decode(pair.substring(sign + 1));
        found.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
      }
    }
    return found;
  }

  private static String decode(String text) {
    return text.indexOf('%') < 0 && text.indexOf('+') < 0
        ? text
        : URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
