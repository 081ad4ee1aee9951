package dev.metronome.state;

import dev.metronome.consul.Catalog;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.NodeServices;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Lane;
import dev.metronome.model.record.Lead;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Slot;
import dev.metronome.pipeline.membership.Roster;
import dev.metronome.pipeline.quarantine.Quarantine;
import dev.metronome.pipeline.queue.Buckets;
import dev.metronome.pipeline.traffic.Freezes;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Answers what people and programs ask of a cluster. Thread-safe; one that lives long costs less,
 * since it remembers what is final.
 *
 * <p><em>Guarantees</em>: it writes nothing; it reads no log but one that is asked for.
 *
 * <p><em>Does not guarantee</em> that an answer of several requests is of one moment.
 */
public final class Viewer {
  /** A queue that is longer is only counted where it is not the question. */
  static final int SHORT_QUEUE = 64;

  /** Logs may be large. */
  private static final int LOGS = 8;

  private final ConsulConnection connection;
  private final Keys keys;
  private final Clock clock;
  private final History history;
  private final Waiting waiting;

  public Viewer(ConsulConnection connection, Keys keys, Clock clock) {
    this.connection = connection;
    this.keys = keys;
    this.clock = clock;
    this.history = new History(connection, keys);
    this.waiting = new Waiting(connection, keys);
  }

  /**
   * Who leads and lives, what waits, runs, is frozen and was set aside; eight requests, one for 64
   * agents, and one for each event that runs beside another.
   */
  public ClusterView cluster() {
    Optional<Lead> lead = lead();
    InProgress progress = InProgress.read(connection, keys);
    List<ClusterView.Running> running = progress.views(lead);
    Roster agents = Roster.read(connection, keys);
    Map<String, Lane> lanes = agents.lanes(lead);
    return new ClusterView(
        clock.instant(),
        lead.map(ClusterView.Leader::of),
        agents.nodes(),
        agents.faults(),
        agents.original(lead).stream().toList(),
        agents.held(),
        new Freezes(connection, keys).all(),
        waiting.read(SHORT_QUEUE).in(lanes),
        ClusterView.lanes(lanes),
        running.stream().findFirst(),
        running.stream().skip(1).toList(),
        progress.newer(),
        new Quarantine(connection, keys).count());
  }

  /** What is in progress, in the order in which it began; two requests, and one for each event. */
  public List<ClusterView.Running> inProgress() {
    return InProgress.read(connection, keys).views(lead());
  }

  /** Events, the newest first; those that wait are among them. */
  public EventPage events(EventQuery query) {
    return history.page(query, waiting);
  }

  /** How long an event of this name takes as a rule; empty if none has succeeded. */
  public Optional<UsualDuration> usual(String name) {
    return Optional.ofNullable(history.usual(Set.of(name)).get(name));
  }

  /**
   * How long tasks take on a node as a rule, by {@code PATTERN/TASK}; empty of those that have not
   * succeeded in the newest events. Two requests for each of {@value TaskDurations#EVENTS}.
   */
  public Map<String, UsualDuration> usualTasks() {
    EventQuery newest = EventQuery.newest(TaskDurations.EVENTS);
    return new TaskDurations(connection, keys).of(events(newest).events());
  }

  /** When what runs is expected to end, and the first that wait to begin. */
  public ExpectedTimes expected() {
    ClusterView now = cluster();
    return ExpectedTimes.of(now, history.usual(ExpectedTimes.names(now)));
  }

  /**
   * An event with its tasks and nodes; empty if there is none with this ID.
   *
   * @throws dev.metronome.model.record.NewerRecordException if a newer version wrote it
   */
  public Optional<EventView> event(String id) {
    return dispatched(id).or(() -> queued(id)).or(() -> dispatched(id)); // between the two it moved
  }

  private Optional<EventView> dispatched(String id) {
    ResultReader reader = new ResultReader(connection, keys, id);
    planned(id).ifPresent(reader::learn);
    return reader.read();
  }

  private Optional<Plan> plan(String key) {
    return connection
        .get(key)
        .filter(entry -> !Slot.isVacant(entry.value()))
        .flatMap(entry -> ReadableRecords.read(entry, Plan.class));
  }

  private Optional<EventView> queued(String id) {
    return new Buckets(connection, keys)
        .find(id)
        .flatMap(entry -> ReadableRecords.demand(entry, Event.class))
        .map(EventView::of);
  }

  /** What an event was accepted with; known while it runs, and of one that may be retried. */
  public Optional<Event> accepted(String id) {
    return planned(id).map(Plan::event);
  }

  private Optional<Plan> planned(String id) {
    return InProgress.plans(connection.list(keys.progressQueue()).value(), keys).stream()
        .filter(plan -> plan.event().id().equals(id))
        .findFirst()
        .or(() -> plan(keys.endedPlan(id)));
  }

  /** The log of a task on a node; empty if there is none. */
  public Optional<String> log(String id, int no, String node) {
    return connection
        .get(keys.log(id, no, node))
        .map(Entry::value)
        .map(value -> new String(value, StandardCharsets.UTF_8));
  }

  /** Which log of an event. */
  public record LogName(int no, String node) {}

  /** Several logs of an event, those that exist; one request for eight. */
  public Map<LogName, String> logs(String id, List<LogName> names) {
    Map<String, LogName> byKey = new LinkedHashMap<>();
    names.forEach(name -> byKey.put(keys.log(id, name.no(), name.node()), name));
    List<String> wanted = List.copyOf(byKey.keySet());
    Map<LogName, String> logs = new LinkedHashMap<>();
    for (int from = 0; from < wanted.size(); from += LOGS) {
      connection
          .read(wanted.subList(from, Math.min(wanted.size(), from + LOGS)))
          .forEach(
              entry ->
                  logs.put(
                      byKey.get(entry.key()), new String(entry.value(), StandardCharsets.UTF_8)));
    }
    return logs;
  }

  /** Every node that Consul or an agent tells of. */
  public List<NodeView> nodes() {
    return NodeInventory.take(connection, keys, InProgress.read(connection, keys), lead());
  }

  /** One of them, with what is registered there and what it ran of late; empty if there is none. */
  public Optional<NodeDetails> node(String name) {
    Optional<NodeView> found =
        nodes().stream().filter(node -> node.node().equals(name)).findFirst();
    return found.map(this::details);
  }

  private NodeDetails details(NodeView node) {
    String consulNode = CatalogNodes.read(connection).consulNode(node.node());
    NodeServices registered = new Catalog(connection).services(consulNode);
    List<EventSummary> newest = events(EventQuery.newest(NodeRuns.EVENTS)).events();
    return new NodeDetails(
        node,
        registered.meta(),
        registered.services(),
        new NodeRuns(connection, keys).of(node.node(), newest));
  }

  /**
   * What waits, in its order.
   *
   * @param most a longer queue is only counted
   */
  public QueueView queue(int most) {
    QueueView queue = waiting.read(most);
    return queue.events().isEmpty() ? queue : queue.in(Roster.read(connection, keys).lanes(lead()));
  }

  /** IDs that begin so, of events that wait, run or have ended. */
  public List<String> ids(String beginning) {
    List<String> queued = // first: an event that moves meanwhile is then found in both
        waiting.keys().keySet().stream().filter(id -> id.startsWith(beginning)).toList();
    return Stream.concat(queued.stream(), history.ids(beginning).stream())
        .filter(id -> !id.isEmpty())
        .distinct()
        .sorted()
        .toList();
  }

  /** Who leads; empty while the lock is free, or its holder says nothing readable. */
  private Optional<Lead> lead() {
    return connection
        .get(keys.leader())
        .filter(Entry::isLocked)
        .flatMap(entry -> ReadableRecords.read(entry, Lead.class));
  }
}
