package dev.metronome.bench;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One request that an agent sent to Consul, seen on its way. */
final class Request {

  private static final Pattern LINE = Pattern.compile("([A-Z]+) (\\S+) HTTP/1\\.1");

  private final String method;
  private final String path;
  private final String body;
  private final long sentNanos;
  private volatile long answeredNanos;

  Request(String line, String body, long sentNanos) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      throw new IllegalStateException("not an HTTP request: " + line);
    }
    this.method = matcher.group(1);
    this.path = URLDecoder.decode(matcher.group(2), StandardCharsets.UTF_8);
    this.body = body;
    this.sentNanos = sentNanos;
  }

  void answered(long nanos) {
    answeredNanos = nanos;
  }

  long sentNanos() {
    return sentNanos;
  }

  /** When the first byte of its answer came; 0 before. */
  long answeredNanos() {
    return answeredNanos;
  }

  boolean watches(String part) {
    return path.contains("index=") && path.contains(part);
  }

  /** Whether it is a transaction with this verb about this key. */
  boolean writes(String verb, String key) {
    return has(verb) && body.contains(key);
  }

  private boolean has(String verb) {
    return body.contains("\"Verb\":\"" + verb + "\"");
  }

  /** What it is for, in one word; transactions by the names of docs/protocol.md, "Transactions". */
  String kind() {
    if (path.startsWith("/v1/txn")) {
      return transaction();
    }
    if (path.contains("index=")) {
      return "watch";
    }
    String part = path.substring("/v1/".length()).replaceAll("[?].*", "");
    return part.startsWith("kv/")
        ? method.equals("GET") ? "read" : "write"
        : part.replaceAll("^([a-z]+(/[a-z]+)?).*", "$1");
  }

  private String transaction() {
    if (has("delete-tree")) {
      return "close";
    }
    if (has("unlock")) {
      return "finish";
    }
    if (has("lock")) {
      return "claim";
    }
    if (has("delete-cas")) {
      return "dispatch";
    }
    return has("check-session") ? "open" : "accept";
  }
}
