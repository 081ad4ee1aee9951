package dev.metronome.consul;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * A request to Consul's HTTP API.
 *
 * @param path with its query, encoded
 * @param block how long Consul may take its time, for a blocking query
 */
@SuppressWarnings("ArrayRecordComponent") // bytes as they are; never compared
record Request(String method, String path, Optional<byte[]> body, Optional<Duration> block) {

  static Request get(String path) {
    return new Request("GET", path, Optional.empty(), Optional.empty());
  }

  static Request put(String path, byte[] body) {
    return new Request("PUT", path, Optional.of(body), Optional.empty());
  }

  static Request post(String path, byte[] body) {
    return new Request("POST", path, Optional.of(body), Optional.empty());
  }

  /** Of a user's name what can stand in a path; slashes stay. */
  static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20").replace("%2F", "/");
  }

  /**
   * Answered when the index has gone beyond this one, or the wait is over.
   *
   * @param index unsigned; 0 to be answered at once
   */
  Request beyond(long index, Duration most) {
    if (index == 0) {
      return this;
    }
    String query =
        "index=" + Long.toUnsignedString(index) + "&wait=" + Math.max(1, most.toSeconds()) + "s";
    return new Request(
        method, path + (path.contains("?") ? "&" : "?") + query, body, Optional.of(most));
  }

  /** Whether Consul may be asked twice without harm. */
  boolean isRead() {
    return method.equals("GET");
  }

  /**
   * What kind it is, for who counts them: a blocking query is a watch, and what is written to the
   * KV is a transaction.
   */
  String call() {
    String name = path.split("/", 4)[2].replaceFirst("\\?.*", "").toLowerCase(Locale.ROOT);
    return switch (name) {
      case "kv" -> block.isPresent() ? "kv-watch" : isRead() ? "kv-read" : "kv-transaction";
      case "txn" -> "kv-transaction";
      case "internal" -> "acl";
      default -> block.isPresent() ? name + "-watch" : name;
    };
  }
}
