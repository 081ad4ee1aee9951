package dev.metronome.bench;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulSettings;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Keys;
import dev.metronome.pipeline.queue.EventQueue;
import dev.metronome.testing.ConsulCluster;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Ever more agents on a Consul of their own: one server, and for each agent a Consul client and a
 * process, as on so many machines.
 */
final class Crowd implements AutoCloseable {

  private static final String SERVER = "server-0";
  private static final double REQUESTS = 0.1;

  /** A cost that grows with the square of the agents would grow with them for each. */
  private static final double GROWTH = 1.2;

  /** A start stirs all of them up: watches return, presence is written. */
  private static final Duration SETTLE = Duration.ofSeconds(20);

  /** How many Consul clients are started at once. */
  private static final int AT_ONCE = 5;

  private static final int EVENTS = 20;

  private final Lab lab;
  private final ConsulCluster cluster = ConsulCluster.start(1, List.of());
  private final ConsulApi server = new ConsulApi(cluster.http(SERVER));
  private final List<String> nodes = new ArrayList<>();
  private final Fleet fleet;
  private final double background;

  private Crowd(Lab lab) throws IOException, InterruptedException {
    this.lab = lab;
    Clocks.pass(SETTLE);
    this.background = writesPerSecond();
    this.fleet =
        Fleet.start(Fleet.Path.METERED, cluster, List.of(), lab.launcher(), lab.workshop());
  }

  static List<Figure> measure(Lab lab) throws IOException, InterruptedException {
    lab.stopAgents();
    try (Crowd crowd = new Crowd(lab)) {
      return crowd.figures();
    }
  }

  private List<Figure> figures() throws IOException, InterruptedException {
    List<Figure> figures = new ArrayList<>();
    List<Double> idle = new ArrayList<>();
    List<Double> busy = new ArrayList<>();
    for (int size : lab.scale().crowd()) {
      grow(size);
      ProcessorTime before = ProcessorTime.now();
      Rates rates = Rates.measure(lab.scale().idle(), background, this::raftIndex, fleet);
      idle.add(rates.mean(nodes));
      note(figures, idle(rates));
      note(
          figures,
          before.since(
              "crowd-processor-" + size,
              size + " idle agents: processor time per second",
              (int) Math.round(rates.seconds())));
      note(figures, busy(rates, busy));
    }
    figures.add(growth("crowd-idle-growth", "idle: requests per second and agent", idle));
    figures.add(growth("crowd-event-growth", "requests per event of one target", busy));
    return figures;
  }

  /** Said at once too, since the next step takes minutes and may fail. */
  private static void note(List<Figure> figures, Figure figure) {
    System.err.println("bench: " + figure.what() + ": " + figure.measured());
    figures.add(figure);
  }

  private void grow(int size) throws IOException, InterruptedException {
    List<String> more =
        IntStream.range(nodes.size(), size)
            .mapToObj(no -> String.format(Locale.ROOT, "node-%03d", no))
            .toList();
    for (int from = 0; from < more.size(); from += AT_ONCE) {
      cluster.join(more.subList(from, Math.min(more.size(), from + AT_ONCE)));
    }
    if (nodes.isEmpty()) {
      new ConsulApi(cluster.http(more.get(0)))
          .put("/v1/agent/service/register", "{\"Name\": \"" + Workload.APP + "\"}");
    }
    fleet.add(more);
    nodes.addAll(more);
    System.err.println("bench: " + size + " agents run");
    Clocks.pass(lab.scale().before());
  }

  private Figure idle(Rates rates) {
    return rates
        .requests(
            "crowd-idle-" + nodes.size(),
            nodes.size() + " idle agents: requests per second and agent",
            nodes)
        .wanted("≤ 0.1", rates.highest(nodes) <= REQUESTS);
  }

  /** What all agents send for an event that concerns one of them, beside what they send idle. */
  private Figure busy(Rates idle, List<Double> into) throws IOException {
    long begin = Clocks.now();
    for (int i = 0; i < EVENTS; i++) {
      awaitSuccess(submit());
    }
    double seconds = (Clocks.now() - begin) / 1e9;
    List<Request> sent = Requests.all(fleet.requestsSince(begin));
    double each = (sent.size() - idle.mean(nodes) * nodes.size() * seconds) / EVENTS;
    into.add(each);
    return Figure.plain(
        "crowd-event-" + nodes.size(),
        nodes.size() + " agents: requests of all of them per event of one target",
        String.format(Locale.ROOT, "%.1f (%s)", each, Requests.kinds(sent, EVENTS)),
        Map.of("per_event", each));
  }

  private String submit() {
    String id = UUID.randomUUID().toString();
    try (ConsulConnection connection =
        ConsulConnection.to(ConsulSettings.plain("127.0.0.1", cluster.httpPort(SERVER)))) {
      new EventQueue(connection, new Keys(Keys.DEFAULT_PREFIX), Clock.systemUTC())
          .accept(Event.of(id, Workload.ONE, Map.of(), Instant.now(), "bench", null));
    }
    return id;
  }

  private void awaitSuccess(String id) throws IOException {
    Lab.awaitSuccess(server, id);
  }

  private static Figure growth(String id, String what, List<Double> values) {
    double growth = values.get(values.size() - 1) / values.get(0);
    return Figure.plain(
            id,
            "From the fewest to the most agents, " + what,
            String.format(Locale.ROOT, "%.2f times", growth),
            Map.of("times", growth))
        .wanted("≤ 1.2 times", growth <= GROWTH);
  }

  private double writesPerSecond() throws IOException {
    long before = raftIndex();
    Clocks.pass(lab.scale().minute());
    return (raftIndex() - before) / Lab.seconds(lab.scale().minute());
  }

  private long raftIndex() throws IOException {
    return Lab.raftIndex(server);
  }

  @Override
  public void close() {
    fleet.close();
    cluster.close();
  }
}
