package dev.metronome.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Consul's HTTP API with nothing of ours in between, for raw costs and for looking on. */
record ConsulApi(URI base) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TIMEOUT_MILLIS = 90_000;

  /**
   * An answer.
   *
   * @param index X-Consul-Index, 0 if there is none
   * @param body missing if the thing does not exist
   */
  record Answer(long index, JsonNode body) {}

  Answer get(String path) throws IOException {
    return send("GET", path, "");
  }

  Answer put(String path, String body) throws IOException {
    return send("PUT", path, body);
  }

  private Answer send(String method, String path, String body) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) base.resolve(path).toURL().openConnection();
    connection.setRequestMethod(method);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    if (!body.isEmpty()) {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      connection.setDoOutput(true);
      connection.setFixedLengthStreamingMode(bytes.length);
      connection.getOutputStream().write(bytes);
    }
    if (connection.getResponseCode() == 404) {
      return new Answer(index(connection), MissingNode.getInstance());
    }
    try (InputStream in = connection.getInputStream()) {
      return new Answer(index(connection), JSON.readTree(in.readAllBytes()));
    }
  }

  private static long index(HttpURLConnection connection) {
    return connection.getHeaderFieldLong("X-Consul-Index", 0);
  }
}
