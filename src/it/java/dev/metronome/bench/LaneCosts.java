package dev.metronome.bench;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulSettings;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Keys;
import dev.metronome.pipeline.queue.EventQueue;
import dev.metronome.testing.ConsulCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Events that sleep half a second, each on a node of its own: all in one lane, and each node's in
 * its own. On a Consul and with agents of their own, eight nodes as on so many machines.
 */
final class LaneCosts implements AutoCloseable {

  private static final int LANES = 8;

  /** Of each node, side by side; of one lane a single turn takes as long. */
  private static final int TURNS = 4;

  private static final double WANTED = 4;

  private final List<String> nodes = IntStream.range(0, LANES).mapToObj(i -> "n" + i).toList();
  private final ConsulCluster cluster;
  private final Fleet fleet;

  private LaneCosts(Lab lab) throws IOException, InterruptedException {
    this.cluster = ConsulCluster.start(1, nodes);
    for (String node : nodes) {
      consul(node).put("/v1/agent/service/register", "{\"Name\": \"s" + node + "\"}");
    }
    this.fleet =
        Fleet.start(Fleet.Path.DIRECT, cluster, nodes, lab.launcher(), lab.workshop(), tasks(lab));
  }

  static List<Figure> measure(Lab lab) throws IOException, InterruptedException {
    lab.stopAgents();
    try (LaneCosts lanes = new LaneCosts(lab)) {
      lanes.perSecond("own", 1); // starts are not what is measured
      double one = lanes.perSecond("one", 1);
      double own = lanes.perSecond("own", TURNS);
      return List.of(
          figure(
              "lane-one", "Events per second that sleep 0.5 s, on 8 nodes in turn, one lane", one),
          figure("lanes-eight", "The same, in 8 lanes of a node each", own)
              .with("times", own / one, String.format(Locale.ROOT, "%.1f times", own / one))
              .wanted("≥ 4 times", own >= WANTED * one));
    }
  }

  private static Figure figure(String id, String what, double rate) {
    return Figure.plain(
        id, what, String.format(Locale.ROOT, "%.1f", rate), Map.of("per_second", rate));
  }

  private Path tasks(Lab lab) throws IOException {
    StringBuilder text = new StringBuilder("events:\n");
    for (String node : nodes) {
      text.append(
          """
            one-%1$s: {ordered_tasks: [{service: s%1$s, task: sleep}]}
            own-%1$s: {lane: l%1$s, ordered_tasks: [{service: s%1$s, task: sleep}]}
          """
              .formatted(node));
    }
    Path pattern = Files.createDirectories(lab.workshop().folder().resolve("lanes"));
    return Files.writeString(
        pattern.resolve("task.yml"),
        text + "tasks: {sleep: {operations: [{execute: {script: exec sleep 0.5}}]}}\n");
  }

  /** From the sending of the first one until the last one has its result. */
  private double perSecond(String kind, int turns) throws IOException {
    List<Event> events = new ArrayList<>();
    for (int turn = 0; turn < turns; turn++) {
      for (String node : nodes) {
        String id = UUID.randomUUID().toString();
        events.add(Event.of(id, kind + "-" + node, Map.of(), Instant.now(), "bench", null));
      }
    }
    long begin = Clocks.now();
    try (ConsulConnection connection =
        ConsulConnection.to(ConsulSettings.plain("127.0.0.1", cluster.httpPort(nodes.get(0))))) {
      new EventQueue(connection, new Keys(Keys.DEFAULT_PREFIX), Clock.systemUTC()).accept(events);
    }
    for (Event event : events) {
      Lab.awaitSuccess(consul(nodes.get(0)), event.id());
    }
    return events.size() / ((Clocks.now() - begin) / 1e9);
  }

  private ConsulApi consul(String node) {
    return new ConsulApi(cluster.http(node));
  }

  @Override
  public void close() {
    fleet.close();
    cluster.close();
  }
}
