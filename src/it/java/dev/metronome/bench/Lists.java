package dev.metronome.bench;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Outcome;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** How fast an agent answers for a cluster that keeps 1,000 events, each with a log. */
final class Lists {

  private static final int EVENTS = 1_000;
  private static final int LOG_BYTES = 4_096;
  private static final double WANTED_MILLIS = 100;

  private Lists() {}

  static List<Figure> measure(Lab lab) throws IOException, InterruptedException {
    lab.agents(Fleet.Path.DIRECT);
    keep(lab.connection());
    URI agent = lab.agent(Lab.NODES.get(0));
    long first = time(agent, "/v1/events?limit=1000"); // reads every result
    return List.of(
        Figure.plain(
            "list-first",
            "`/v1/events?limit=1000` of 1,000 kept events and more, the first time",
            Figure.time(first / 1e6),
            Map.of("ms", first / 1e6)),
        row(lab, agent, "list-all", "`/v1/events?limit=1000`, again", "/v1/events?limit=1000"),
        row(lab, agent, "list-page", "`/v1/events`, again", "/v1/events"),
        row(lab, agent, "status", "`/v1/status` with 1,000 kept events", "/v1/status"));
  }

  private static void keep(ConsulConnection connection) {
    Keys keys = new Keys(Keys.DEFAULT_PREFIX);
    Instant now = Instant.now();
    for (int i = 0; i < EVENTS; i++) {
      String id = UUID.randomUUID().toString();
      Event event = Event.of(id, Workload.ONE, Map.of(), now, "bench", "root@bench");
      EventResult result = EventResult.ended(event, now, now.plusMillis(i), Outcome.success());
      connection.commit(
          new Transaction()
              .set(keys.result(id), Json.write(result))
              .set(keys.log(id, 0, Lab.NODES.get(0)), new byte[LOG_BYTES]));
    }
  }

  private static Figure row(Lab lab, URI agent, String id, String what, String path)
      throws IOException {
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < lab.scale().lists(); i++) {
      times.add(time(agent, path));
    }
    Samples samples = new Samples(times);
    return Figure.times(id, what, samples)
        .wanted("median ≤ 100 ms", samples.medianMillis() <= WANTED_MILLIS);
  }

  private static long time(URI agent, String path) throws IOException {
    long begin = System.nanoTime();
    HttpURLConnection request = (HttpURLConnection) agent.resolve(path).toURL().openConnection();
    if (request.getResponseCode() != HttpURLConnection.HTTP_OK) {
      throw new IOException(path + " was answered with " + request.getResponseCode());
    }
    request.getInputStream().readAllBytes();
    return System.nanoTime() - begin;
  }
}
