package dev.metronome.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;

/** Raw HTTP to one agent, so that the contract depends on no client library. */
final class ConsulHttp {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** What came back. */
  record Response(HttpResponse<String> raw) {
    int status() {
      return raw.statusCode();
    }

    String text() {
      return raw.body();
    }

    String header(String name) {
      return raw.headers().firstValue(name).orElse("");
    }

    long index() {
      return Long.parseUnsignedLong(header("X-Consul-Index"));
    }

    JsonNode json() {
      try {
        return JSON.readTree(text());
      } catch (IOException e) {
        throw new UncheckedIOException(text(), e);
      }
    }

    /** The field of the first element of an array. */
    JsonNode first(String field) {
      return json().path(0).path(field);
    }
  }

  private final URI agent;

  ConsulHttp(URI agent) {
    this.agent = agent;
  }

  Response get(String path) {
    return send("GET", path, "").join();
  }

  Response put(String path, String body) {
    return send("PUT", path, body).join();
  }

  Response put(String path) {
    return put(path, "");
  }

  Response delete(String path) {
    return send("DELETE", path, "").join();
  }

  Response txn(String... operations) {
    return put("/v1/txn", "[" + String.join(",", operations) + "]");
  }

  /** Asks without waiting for the answer, as a watch does. */
  CompletableFuture<Response> watch(String path, long index, String wait) {
    String sign = path.contains("?") ? "&" : "?";
    String query = "index=" + Long.toUnsignedString(index) + "&wait=" + wait;
    return send("GET", path + sign + query, "");
  }

  CompletableFuture<Response> send(String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(agent + path))
            .method(method, BodyPublishers.ofString(body))
            .build();
    return CLIENT.sendAsync(request, BodyHandlers.ofString()).thenApply(Response::new);
  }

  /** A new session's ID. */
  String session(String body) {
    return put("/v1/session/create", body).json().path("ID").asText();
  }
}
