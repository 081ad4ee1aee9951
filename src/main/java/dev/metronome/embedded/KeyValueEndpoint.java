package dev.metronome.embedded;

import java.io.IOException;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** /v1/kv/. */
final class KeyValueEndpoint {
  private static final String PATH = "/v1/kv/";
  private static final int LIMIT = 512 * 1024;

  private final Store store;
  private final KeyValueStore keys;
  private final Locks locks;
  private final Conditions conditions;

  KeyValueEndpoint(Store store) {
    this.store = store;
    this.keys = store.keys();
    this.locks = new Locks(store);
    this.conditions = store.conditions();
  }

  void addTo(Routes routes) {
    routes.add("GET,PUT,DELETE", PATH, this::answer);
  }

  private Reply answer(HttpRequest request) throws IOException, InterruptedException {
    String key = request.after(PATH);
    boolean many = request.has("recurse") || request.has("keys");
    if (key.isEmpty() && !many) {
      throw RefusedRequest.malformed("Missing key name");
    }
    conditions.profile().checkKey(key);
    return switch (request.method()) {
      case "PUT" -> put(request, key);
      case "DELETE" -> delete(request, key);
      default -> store.ask(request, () -> many ? tree(request, key) : single(request, key));
    };
  }

  private QueryAnswer single(HttpRequest request, String key) {
    conditions.demand("key", "read", key);
    Optional<KeyEntry> entry = keys.get(key);
    Function<KeyEntry, Reply> render = request.has("raw") ? this::raw : e -> Reply.json(List.of(e));
    return QueryAnswer.of(
        keys.indexOf(key),
        entry.map(render).orElseGet(KeyValueEndpoint::absent),
        keys.wakesKey(key));
  }

  private Reply raw(KeyEntry entry) {
    String value = entry.value() == null ? "" : entry.value();
    return Reply.raw(Base64.getDecoder().decode(value));
  }

  private QueryAnswer tree(HttpRequest request, String prefix) {
    List<KeyEntry> all = keys.list(prefix);
    List<KeyEntry> found = all.stream().filter(this::mayBeRead).toList();
    Reply reply = absent();
    if (!found.isEmpty()) {
      String separator = request.parameter("separator").orElse("");
      reply = Reply.json(request.has("keys") ? names(found, prefix, separator) : found);
    }
    Reply told = conditions.told(reply, found.size() < all.size());
    return QueryAnswer.of(keys.indexUnder(prefix, all), told, keys.wakesPrefix(prefix));
  }

  private boolean mayBeRead(KeyEntry entry) {
    return !conditions.isDenied("key", "read", entry.key());
  }

  private static Set<String> names(List<KeyEntry> entries, String prefix, String separator) {
    Set<String> names = new LinkedHashSet<>();
    for (KeyEntry entry : entries) {
      int end = separator.isEmpty() ? -1 : entry.key().indexOf(separator, prefix.length());
      names.add(end < 0 ? entry.key() : entry.key().substring(0, end + separator.length()));
    }
    return names;
  }

  private static Reply absent() {
    return Reply.empty(404);
  }

  private Reply put(HttpRequest request, String key) throws IOException {
    requireOne(request, "acquire", "cas", "release");
    conditions.demand("key", "write", key);
    byte[] body = request.body(LIMIT, "kv_max_value_size");
    long flags = request.number("flags").orElse(0L);
    Optional<Long> index = request.number("cas");
    KeyEntry wanted = KeyEntry.of(key, Base64.getEncoder().encodeToString(body), flags);
    return Reply.json(store.write(commit -> write(commit, request, wanted, index)));
  }

  private boolean write(
      StoreCommit commit, HttpRequest request, KeyEntry wanted, Optional<Long> index) {
    try {
      if (request.has("acquire")) {
        return !locks.isDelayed(wanted.key())
            && locks.acquire(commit, wanted, request.parameter("acquire").orElse("")) != null;
      }
      if (request.has("release")) {
        return locks.release(commit, wanted, request.parameter("release").orElse("")) != null;
      }
    } catch (IllegalArgumentException e) {
      throw RefusedRequest.byServer(e.getMessage());
    }
    if (index.isPresent() && index.get() != current(wanted.key())) {
      return false;
    }
    keys.set(commit, wanted);
    return true;
  }

  private Reply delete(HttpRequest request, String key) {
    requireOne(request, "cas", "recurse");
    conditions.demand("key", "write", key);
    Optional<Long> index = request.number("cas");
    boolean recurse = request.has("recurse");
    return Reply.json(
        store.write(
            commit -> {
              boolean stale = index.isPresent() && current(key) != 0 && index.get() != current(key);
              if (!stale && recurse) {
                keys.deleteTree(commit, key);
              } else if (!stale) {
                keys.delete(commit, key);
              }
              return !stale;
            }));
  }

  private long current(String key) {
    return keys.get(key).map(KeyEntry::modifyIndex).orElse(0L);
  }

  private static void requireOne(HttpRequest request, String... parameters) {
    Set<String> given = new TreeSet<>();
    for (String parameter : parameters) {
      request.parameter(parameter).ifPresent(value -> given.add(parameter + "=" + value));
    }
    if (given.size() > 1) {
      throw RefusedRequest.malformed("Conflicting flags: " + String.join("&", given));
    }
  }
}
