package dev.metronome.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulSettings;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Keys;
import dev.metronome.pipeline.queue.EventQueue;
import dev.metronome.testing.ConsulCluster;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What the probes measure: one Consul server, three Consul clients, and the agents that a probe
 * asks for. Events are accepted in this process, by the class that every way in uses.
 */
final class Lab implements AutoCloseable {

  static final List<String> NODES = List.of("one", "two", "three");

  private static final String SERVER = "server-0";
  private static final Duration CATALOG = Duration.ofSeconds(1);

  private final Scale scale;
  private final Launcher launcher;
  private final Workshop workshop;
  private final ConsulCluster cluster;
  private final ConsulConnection connection;
  private final EventQueue queue;
  private final Meter senderMeter;
  private final ConsulConnection meteredConnection;
  private final EventQueue meteredQueue;
  private final double background;
  private Optional<Fleet> fleet = Optional.empty();
  private Optional<Floor> floor = Optional.empty();

  private Lab(Scale scale, Launcher launcher, Workshop workshop, ConsulCluster cluster)
      throws IOException {
    this.scale = scale;
    this.launcher = launcher;
    this.workshop = workshop;
    this.cluster = cluster;
    this.connection = connection(cluster.httpPort(NODES.get(0)));
    this.queue = queue(connection);
    this.senderMeter = Meter.before(cluster.httpPort(NODES.get(0)));
    this.meteredConnection = connection(senderMeter.port());
    this.meteredQueue = queue(meteredConnection);
    for (String node : NODES) {
      workshop.configure(node, cluster.httpPort(node));
    }
    addService(Workload.DB, "one");
    addService(Workload.DB, "two");
    addService(Workload.APP, "three");
    this.background = measuredBackground();
  }

  /**
   * Starts Consul, and measures what it writes by itself.
   *
   * @param settings of every agent, beside those that say where Consul is, as lines of its file
   */
  static Lab open(Scale scale, Launcher launcher, List<String> settings) throws IOException {
    Workshop workshop = Workshop.open(settings);
    ConsulCluster cluster = ConsulCluster.start(1, NODES);
    try {
      return new Lab(scale, launcher, workshop, cluster);
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private static ConsulConnection connection(int port) {
    return ConsulConnection.to(ConsulSettings.plain("127.0.0.1", port));
  }

  private static EventQueue queue(ConsulConnection connection) {
    return new EventQueue(connection, new Keys(Keys.DEFAULT_PREFIX), Clock.systemUTC());
  }

  private void addService(String service, String node) throws IOException {
    api(node).put("/v1/agent/service/register", "{\"Name\": \"" + service + "\"}");
  }

  private double measuredBackground() throws IOException {
    Clocks.pass(CATALOG);
    long before = raftIndex();
    Clocks.pass(scale.minute());
    return (raftIndex() - before) / seconds(scale.minute());
  }

  static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }

  Scale scale() {
    return scale;
  }

  Launcher launcher() {
    return launcher;
  }

  Workshop workshop() {
    return workshop;
  }

  /** Raft writes per second that Consul makes for itself, measured before any agent ran. */
  double background() {
    return background;
  }

  void floor(Floor measured) {
    floor = Optional.of(measured);
  }

  /** What the raw costs of this run say. */
  Floor floor() {
    return floor.orElseThrow(() -> new IllegalStateException("no raw costs were measured"));
  }

  ConsulApi api(String node) {
    return new ConsulApi(cluster.http(node));
  }

  int consulPort(String node) {
    return cluster.httpPort(node);
  }

  /** Index of the last entry of the server's Raft log. */
  long raftIndex() throws IOException {
    return raftIndex(api(SERVER));
  }

  /** The same, of another server. */
  static long raftIndex(ConsulApi server) throws IOException {
    JsonNode raft = self(server).path("Stats").path("raft");
    return Long.parseLong(raft.path("last_log_index").asText());
  }

  String consulVersion() throws IOException {
    return self(api(SERVER)).path("Config").path("Version").asText();
  }

  private static JsonNode self(ConsulApi server) throws IOException {
    return server.get("/v1/agent/self").body();
  }

  /** The agents, warmed up; started if they do not run that way yet. */
  Fleet agents(Fleet.Path path) throws IOException, InterruptedException {
    if (fleet.isPresent() && fleet.get().path() == path) {
      return fleet.get();
    }
    Fleet started = coldAgents(path);
    for (int i = 0; i < scale.warmUp(); i++) {
      awaitSuccess(submit(Workload.FIVE));
    }
    return started;
  }

  /** Agents that have just started, in the place of all others, and have run nothing yet. */
  Fleet coldAgents(Fleet.Path path) throws IOException, InterruptedException {
    stopAgents();
    Fleet started = Fleet.start(path, cluster, NODES, launcher, workshop);
    fleet = Optional.of(started);
    return started;
  }

  void stopAgents() {
    fleet.ifPresent(Fleet::close);
    fleet = Optional.empty();
  }

  /** The node whose agent leads. */
  String leader() throws IOException {
    JsonNode leader = api(SERVER).get("/v1/kv/metronome/leader?raw").body();
    return leader.path("Node").asText("?");
  }

  /** Where the agent of a node answers. */
  URI agent(String node) throws IOException {
    for (JsonNode service : api(node).get("/v1/agent/services").body()) {
      if (service.path("Service").asText().equals("metronome")) {
        return URI.create("http://127.0.0.1:" + service.path("Port").asInt());
      }
    }
    throw new IllegalStateException("the agent of " + node + " is not registered");
  }

  /** What all agents read and write. */
  ConsulConnection connection() {
    return connection;
  }

  /** Accepts one event of this name; returns its ID. */
  String submit(String name) {
    return submit(name, Map.of());
  }

  String submit(String name, Map<String, String> params) {
    Event event = event(UUID.randomUUID().toString(), name, params);
    queue.accept(event);
    return event.id();
  }

  /** The same; its request is counted. */
  String submitMetered(String name) {
    Event event = event(orderedId(System.nanoTime()), name, Map.of());
    meteredQueue.accept(event);
    return event.id();
  }

  /** Accepts many, as many in one transaction as fit; returns their IDs in order. */
  List<String> submitMany(String name, int count) {
    List<Event> events = new ArrayList<>();
    long first = System.nanoTime();
    for (int i = 0; i < count; i++) {
      events.add(event(orderedId(first + i), name, Map.of()));
    }
    queue.accept(events);
    return events.stream().map(Event::id).toList();
  }

  private static String orderedId(long number) {
    return String.format(Locale.ROOT, "bench-%020d", number);
  }

  private static Event event(String id, String name, Map<String, String> params) {
    return Event.of(id, name, params, Instant.now(), "bench", null);
  }

  /** What was sent to accept events through {@link #submitMetered} since. */
  List<Request> acceptsSince(long nanos) {
    return senderMeter.since(nanos);
  }

  /**
   * Asks for a result now and then until it is there. A blocking query on a key that does not exist
   * yet would be woken by every write of the KV, and its cost would be in the figure.
   */
  void pollResult(String id) throws IOException {
    long deadline = System.nanoTime() + Duration.ofMinutes(5).toNanos();
    while (System.nanoTime() < deadline) {
      String status = status(id);
      if (!status.isEmpty() && !status.equals("inprogress")) {
        return;
      }
      Clocks.pass(Duration.ofMillis(20));
    }
    throw new IllegalStateException("event " + id + " did not end within 5 minutes");
  }

  /** How an event stands; empty if it has no result. */
  String status(String id) throws IOException {
    String path = "/v1/kv/metronome/results/" + id + "?raw";
    return api(NODES.get(0)).get(path).body().path("Status").asText("");
  }

  /**
   * Follows an event by blocking queries until it has succeeded.
   *
   * @throws IllegalStateException if it ended in another way
   */
  void awaitSuccess(String id) throws IOException {
    awaitSuccess(api(NODES.get(0)), id);
  }

  /** The same, on another Consul. */
  static void awaitSuccess(ConsulApi consul, String id) throws IOException {
    String path = "/v1/kv/metronome/results/" + id + "?raw&wait=10s&index=";
    long index = 1;
    long deadline = System.nanoTime() + Duration.ofMinutes(5).toNanos();
    while (System.nanoTime() < deadline) {
      ConsulApi.Answer answer = consul.get(path + index);
      String status = answer.body().path("Status").asText("inprogress");
      if (status.equals("success")) {
        return;
      }
      if (!status.equals("inprogress")) {
        throw new IllegalStateException("an event of the benchmark failed: " + answer.body());
      }
      index = answer.index();
    }
    throw new IllegalStateException("event " + id + " did not end within 5 minutes");
  }

  @Override
  public void close() throws IOException {
    stopAgents();
    connection.close();
    meteredConnection.close();
    senderMeter.close();
    cluster.close();
    workshop.close();
  }
}
