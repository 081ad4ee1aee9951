package dev.metronome.base.crash;

import com.fasterxml.jackson.databind.JsonNode;
import dev.metronome.model.record.Keys;
import dev.metronome.testing.ConsulKeys;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** What stands in Consul below one prefix, seen past all proxies. */
record Sight(Bench bench, Keys keys) {

  /** The node whose agent holds the leader's lock; empty if none does. */
  String leader() {
    return leaderEntry()
        .filter(entry -> entry.has("Session"))
        .map(entry -> consul().json(keys.leader()).orElseThrow().path("Node").asText())
        .orElse("");
  }

  String leaderSession() {
    return leaderEntry().map(entry -> entry.path("Session").asText("")).orElse("");
  }

  private Optional<JsonNode> leaderEntry() {
    return entry(keys.leader());
  }

  /** Whether the agent of a node has a session. */
  boolean hasSession(String node) {
    return entry(keys.presence(node)).filter(entry -> entry.has("Session")).isPresent();
  }

  /** A key with its lock; empty if there is none, or nobody can be asked. */
  private Optional<JsonNode> entry(String key) {
    try {
      return Optional.of(consul().get("/v1/kv/" + key).path(0));
    } catch (UncheckedIOException | AssertionError e) {
      return Optional.empty();
    }
  }

  /** The status of an event; empty if it has no result, or nobody can be asked. */
  String status(String id) {
    try {
      return consul()
          .json(keys.result(id))
          .map(result -> result.path("Status").asText())
          .orElse("");
    } catch (UncheckedIOException e) {
      return "";
    }
  }

  /** Keys and values below a part of the prefix, without the prefix. */
  NavigableMap<String, String> below(String part) {
    NavigableMap<String, String> found = new TreeMap<>();
    Map<String, String> all = consul().all(keys.prefix() + part);
    all.forEach((key, value) -> found.put(key.substring(keys.prefix().length()), value));
    return found;
  }

  ConsulKeys consul() {
    return bench.server();
  }
}
