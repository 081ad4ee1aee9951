package dev.metronome.base.crash;

import com.fasterxml.jackson.databind.JsonNode;
import dev.metronome.model.record.Status;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Looks on while a scenario runs, and remembers what a dump at the end cannot tell: final states
 * that changed, and plans that were made twice.
 *
 * <p><em>Does not guarantee</em> to see every state: changes in quick succession arrive as one.
 */
final class History implements AutoCloseable {

  private final HttpClient http = HttpClient.newHttpClient();
  private final Supplier<URI> consul;
  private final String prefix;
  private final Map<String, String> finals = new ConcurrentHashMap<>();
  private final Map<String, Set<String>> plans = new ConcurrentHashMap<>();
  private final List<String> changed = new CopyOnWriteArrayList<>();
  private final Thread thread = new Thread(this::loop, "history");
  private final CountDownLatch stopped = new CountDownLatch(1);

  private History(Supplier<URI> consul, String prefix) {
    this.consul = consul;
    this.prefix = prefix;
    thread.setDaemon(true);
  }

  /**
   * @param consul a living agent, asked for anew after each failure
   */
  static History of(Supplier<URI> consul, String prefix) {
    History history = new History(consul, prefix);
    history.thread.start();
    return history;
  }

  /** The final status of an event that was seen; empty if none was. */
  String end(String eventId) {
    return finals.getOrDefault("results/" + eventId, "");
  }

  /** Final states that were seen to change. */
  List<String> changedFinals() {
    return changed;
  }

  /** Events of which more than one plan was seen. */
  List<String> plannedTwice() {
    return plans.entrySet().stream()
        .filter(plan -> plan.getValue().size() > 1)
        .map(Map.Entry::getKey)
        .toList();
  }

  private void loop() {
    long index = 0;
    while (stopped.getCount() > 0) {
      try {
        long asked = System.nanoTime();
        String path = "/v1/kv/" + prefix + "?recurse&wait=10s&index=" + index;
        HttpResponse<byte[]> answer =
            http.send(
                HttpRequest.newBuilder(consul.get().resolve(path))
                    .timeout(Duration.ofSeconds(20))
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        long now = answer.headers().firstValueAsLong("X-Consul-Index").orElse(0);
        index = answer.statusCode() == 200 && now >= index ? now : 0;
        if (answer.statusCode() == 200) {
          long read = System.nanoTime();
          Request.json(answer.body()).forEach(this::see);
          rest(Math.min(System.nanoTime() - asked, 4 * (System.nanoTime() - read)));
        }
      } catch (IOException e) {
        index = 0; // Consul is away: that is what scenarios do
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Looking on must not be what slows things down. */
  private void rest(long nanos) throws InterruptedException {
    stopped.await(nanos, TimeUnit.NANOSECONDS);
  }

  private void see(JsonNode entry) {
    String key = entry.path("Key").asText().substring(prefix.length());
    if (key.startsWith("results/") && !key.endsWith("/log")) {
      JsonNode value = Request.json(Base64.getDecoder().decode(entry.path("Value").asText("")));
      status(key, value.path("Status").asText());
    } else if (key.matches("progress_task_queue/[^/]+")) {
      JsonNode plan = Request.json(Base64.getDecoder().decode(entry.path("Value").asText("")));
      if (plan.has("Event")) {
        plans
            .computeIfAbsent(
                plan.path("Event").path("ID").asText(), id -> ConcurrentHashMap.newKeySet())
            .add(plan.path("StartedAt").asText());
      }
    }
  }

  private void status(String key, String status) {
    String before = finals.get(key);
    if (before != null && !before.equals(status)) {
      changed.add(key + " was " + before + " and became " + status);
    } else if (Stream.of(Status.values()).anyMatch(s -> s.isFinal() && s.word().equals(status))) {
      finals.put(key, status);
    }
  }

  @Override
  public void close() {
    stopped.countDown();
    thread.interrupt();
  }
}
