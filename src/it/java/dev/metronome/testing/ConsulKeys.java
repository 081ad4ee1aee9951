package dev.metronome.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Consul as a stranger sees it: plain HTTP, nothing of ours. */
public final class ConsulKeys {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** One for all: Consul takes 200 connections from an address. */
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final URI consul;
  private final String token;

  public ConsulKeys(URI consul) {
    this(consul, "");
  }

  /**
   * @param token ACL token; empty for none
   */
  public ConsulKeys(URI consul, String token) {
    this.consul = consul;
    this.token = token;
  }

  /** All values below a prefix, by key. */
  public Map<String, String> all(String prefix) {
    HttpResponse<String> response = send("GET", "/v1/kv/" + prefix + "?recurse", "");
    Map<String, String> values = new TreeMap<>();
    if (response.statusCode() == 200) {
      for (JsonNode entry : parsed(response.body())) {
        byte[] value = Base64.getDecoder().decode(entry.path("Value").asText(""));
        values.put(entry.path("Key").asText(), new String(value, StandardCharsets.UTF_8));
      }
    }
    return values;
  }

  /** A value as JSON; empty if there is none. */
  public Optional<JsonNode> json(String key) {
    HttpResponse<String> response = send("GET", "/v1/kv/" + key + "?raw", "");
    return response.statusCode() == 200 ? Optional.of(parsed(response.body())) : Optional.empty();
  }

  /** Puts what is to be an event into the event queue, as if it had been accepted; its key. */
  public String queue(String eventId, String value) {
    String bucket = all("metronome/queue_bucket").get("metronome/queue_bucket");
    if (bucket == null) { // no leader has made the first one yet
      bucket = "1";
      put("metronome/queue_bucket", bucket);
      put("metronome/event_queue/1/", "");
    }
    String key = "metronome/event_queue/" + bucket + "/" + eventId;
    put(key, value);
    return key;
  }

  /** The status in a result; empty if there is none. */
  public String status(String eventId) {
    return json("metronome/results/" + eventId)
        .map(node -> node.path("Status").asText())
        .orElse("");
  }

  public void put(String key, String value) {
    expect(send("PUT", "/v1/kv/" + key, value));
  }

  public void delete(String path) {
    expect(send("DELETE", path, ""));
  }

  public JsonNode putTo(String path, String body) {
    return expect(send("PUT", path, body));
  }

  /** Consul's whole state. */
  public byte[] snapshot() {
    return bytes(HttpRequest.newBuilder(consul.resolve("/v1/snapshot")).build());
  }

  public void restore(byte[] snapshot) {
    bytes(
        HttpRequest.newBuilder(consul.resolve("/v1/snapshot"))
            .PUT(HttpRequest.BodyPublishers.ofByteArray(snapshot))
            .build());
  }

  private byte[] bytes(HttpRequest request) {
    try {
      HttpResponse<byte[]> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() != 200) {
        throw new AssertionError("snapshot: " + answer.statusCode());
      }
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Fires a user event; returns its ID. */
  public String fire(String name) {
    return fire(name, "");
  }

  /** The same, with a payload. */
  public String fire(String name, String payload) {
    return expect(send("PUT", "/v1/event/fire/" + name, payload)).path("ID").asText();
  }

  public void registerService(String name, String... tags) {
    String list = tags.length == 0 ? "" : "\"" + String.join("\",\"", tags) + "\"";
    expect(
        send(
            "PUT",
            "/v1/agent/service/register",
            "{\"Name\":\"" + name + "\",\"Tags\":[" + list + "]}"));
  }

  /** Has the node whose Consul agent this is hold a key, as the primary of a database would. */
  public void hold(String key) {
    String session = expect(send("PUT", "/v1/session/create", "{}")).path("ID").asText();
    expect(send("PUT", "/v1/kv/" + key + "?acquire=" + session, ""));
  }

  /** HTTP's status of an answer. */
  public int status(String path, String method, String body) {
    return send(method, path, body).statusCode();
  }

  public JsonNode get(String path) {
    return expect(send("GET", path, ""));
  }

  private static JsonNode expect(HttpResponse<String> response) {
    if (response.statusCode() != 200) {
      throw new AssertionError(response.statusCode() + " " + response.body());
    }
    return parsed(response.body());
  }

  private HttpResponse<String> send(String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(consul.resolve(path))
            .header("X-Consul-Token", token)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode parsed(String text) {
    try {
      return MAPPER.readTree(text.isEmpty() ? "null" : text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
