package dev.metronome.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** What an agent says of the state of its cluster. */
record Readiness(int httpPort) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

  boolean hasLeader() {
    return get("/v1/status/leader").asText("").contains(":");
  }

  /** The nodes that the catalog holds for alive. */
  Set<String> liveNodes() {
    Set<String> nodes = new HashSet<>();
    for (JsonNode check : get("/v1/health/state/passing")) {
      if (check.path("CheckID").asText().equals("serfHealth")) {
        nodes.add(check.path("Node").asText());
      }
    }
    return nodes;
  }

  /** Nothing, if the agent does not answer well. */
  private JsonNode get(String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + path))
            .timeout(Duration.ofSeconds(10))
            .build();
    try {
      var response = CLIENT.send(request, BodyHandlers.ofByteArray());
      return response.statusCode() == 200
          ? JSON.readTree(response.body())
          : MissingNode.getInstance();
    } catch (IOException e) {
      return MissingNode.getInstance();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return MissingNode.getInstance();
    }
  }
}
