package dev.metronome.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.metronome.model.record.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Listens to {@code /v1/stream} as a browser would. */
public final class StreamListener implements AutoCloseable {

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final List<Heard> heard = new CopyOnWriteArrayList<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final InputStream body;

  /** A message, and when it came. */
  public record Heard(String id, String type, JsonNode data, long nanos) {}

  private StreamListener(InputStream body) {
    this.body = body;
    Thread reader = new Thread(this::read, "listener");
    reader.setDaemon(true);
    reader.start();
  }

  public static StreamListener at(int port) throws IOException, InterruptedException {
    return at(port, "");
  }

  /**
   * @param lastHeard where another broke off
   */
  public static StreamListener at(int port, String lastHeard)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/stream"));
    if (!lastHeard.isEmpty()) {
      request.header("Last-Event-ID", lastHeard);
    }
    HttpResponse<InputStream> answer = CLIENT.send(request.build(), BodyHandlers.ofInputStream());
    if (answer.statusCode() != 200) {
      throw new IOException("answered " + answer.statusCode());
    }
    return new StreamListener(answer.body());
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      String id = "";
      String type = "";
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("id: ")) {
          id = line.substring(4);
        } else if (line.startsWith("event: ")) {
          type = line.substring(7);
        } else if (line.startsWith("data: ")) {
          heard.add(new Heard(id, type, json(line.substring(6)), System.nanoTime()));
        }
      }
    } catch (IOException | UncheckedIOException e) {
      // it was closed, or it broke
    } finally {
      ended.countDown();
    }
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return Json.mapper().readTree(text);
  }

  public List<Heard> heard() {
    return List.copyOf(heard);
  }

  public Stream<Heard> heard(String type) {
    return heard.stream().filter(it -> it.type().equals(type));
  }

  public List<String> types() {
    return heard.stream().map(Heard::type).toList();
  }

  public boolean has(String type, Predicate<JsonNode> wanted) {
    return heard(type).anyMatch(it -> wanted.test(it.data()));
  }

  public String lastId() {
    return heard.get(heard.size() - 1).id();
  }

  public boolean isEnded() {
    return ended.getCount() == 0;
  }

  @Override
  public void close() throws IOException {
    body.close();
  }
}
