package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.Catalog;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Slot;
import dev.metronome.model.record.TaskResult;
import dev.metronome.model.schedule.OperationTypes;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.model.schedule.ScheduleReader;
import dev.metronome.model.schedule.Variables;
import dev.metronome.model.signature.EventSignatures;
import dev.metronome.pipeline.membership.Leadership;
import dev.metronome.pipeline.queue.EventQueue;
import dev.metronome.pipeline.queue.Queue;
import dev.metronome.pipeline.queue.QueueItem;
import dev.metronome.pipeline.queue.QueuedEvent;
import dev.metronome.pipeline.traffic.Freezes;
import dev.metronome.pipeline.traffic.KnownFreezes;
import dev.metronome.testing.FaultyConsul;
import dev.metronome.testing.Member;
import dev.metronome.testing.Records;
import dev.metronome.testing.SettableClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.awaitility.Awaitility;

/** A leader without routes, and with clocks that a test sets; the nodes are played by the test. */
final class Leader implements AutoCloseable {

  static final Limits LIMITS =
      new Limits(
          Duration.ofSeconds(120),
          Duration.ofSeconds(3_600),
          Duration.ofSeconds(5),
          Duration.ofSeconds(60),
          Duration.ofSeconds(60));

  /** Between two looks of the leader at what it waits for. */
  static final Duration LOOK = Duration.ofSeconds(2);

  final EmbeddedConsul consul = EmbeddedConsul.start();
  final Keys keys = new Keys(Keys.DEFAULT_PREFIX);
  final Member member = Member.of(Member.connection(consul, "leader"), "leader", "no-agent");

  final FaultyConsul faulty = FaultyConsul.before(consul.agent("leader"));

  /** Its own, so that its requests can be counted: no session is renewed over it. */
  final ConsulConnection connection = faulty.connection();

  final Leadership leadership =
      new Leadership(member.connection(), member.sessions(), keys.leader(), new byte[0]);
  final AtomicLong nanos = new AtomicLong(1_000_000_000_000L);
  final KnownAgents known = new KnownAgents(connection, keys, nanos::get);
  final SettableClock clock = new SettableClock(Records.NOON);
  final EventQueue events = new EventQueue(connection, keys, clock);
  EventSignatures signatures = EventSignatures.none();
  KnownFreezes freezes;
  Slots slots;
  Targets targets;
  Advancer advancer;
  ProgressQueue progress;
  private final DefaultCamelContext context = new DefaultCamelContext();

  Leader() {
    leadership.start();
    member.join();
    Awaitility.await().until(leadership::isLeader);
    succeed();
  }

  /** Another process leads: nothing is remembered. */
  void succeed() {
    Catalog catalog = new Catalog(connection);
    targets = new Targets(catalog, new LiveAgents(catalog), known);
    slots = new Slots(connection, keys);
    ServiceHealth health = new ServiceHealth(catalog, () -> {});
    freezes =
        new KnownFreezes(
            new Freezes(connection, keys), keys, leadership, clock, nanos::get, count -> {});
    advancer =
        new Advancer(
            connection,
            keys,
            targets,
            node -> slots.occupyElsewhere(Keys.COMMON_LANE, node),
            slots.epochs(Keys.COMMON_LANE),
            health,
            signatures,
            plan -> freezes.against(plan.event(), plan.lane()).isPresent(),
            LIMITS,
            clock,
            nanos::get);
    progress =
        new ProgressQueue(connection, keys, leadership, events, slots, freezes, clock, List.of());
  }

  /** By these task files. */
  Planner planner(Path... files) {
    Schedule schedule =
        new ScheduleReader(OperationTypes.builtIn(), Variables.none())
            .read(List.of(files))
            .schedule();
    return new Planner(
        () -> schedule,
        leadership,
        connection,
        keys,
        true,
        clock,
        "leader",
        event -> Optional.empty());
  }

  void elapse(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  /** Registers an agent of ours on a node of its own. */
  void agent(String node) {
    service(node, "metronome", "metronome-" + node, null);
  }

  void service(String node, String service, String id, String tag) {
    try (ConsulConnection local = Member.connection(consul, node)) {
      org.kiwiproject.consul.model.agent.ImmutableRegistration.Builder registration =
          org.kiwiproject.consul.model.agent.ImmutableRegistration.builder()
              .name(service)
              .id(id)
              .port(80);
      if (tag != null) {
        registration.addTags(tag);
      }
      local.endpoints().consul().agentClient().register(registration.build());
    }
  }

  /** Reads the queues anew, as their watches do. */
  void look() {
    progress.reread();
    events.view().accept(connection.list(keys.eventQueue()));
  }

  Progress read() {
    look();
    return stale();
  }

  /** As it was last seen. */
  Progress stale() {
    return progress.read(progress.view().head().orElseThrow());
  }

  Optional<Step> put(Object body) {
    Exchange exchange = new DefaultExchange(context);
    exchange.getMessage().setBody(body);
    try {
      return progress.put(exchange) == Queue.Receipt.ACCEPTED
          ? Optional.of(exchange.getMessage().getBody(Step.class))
          : Optional.empty();
    } catch (InvalidPayloadException e) {
      throw new AssertionError(e);
    }
  }

  /** One delivery of the route <em>advance</em>. */
  Optional<Step> advance() {
    Step step = step(read());
    return step.isDue() ? put(step) : Optional.empty();
  }

  /** The next step, with the nodes that the route of the jar selects. */
  Step step(Progress progress) {
    Step next = advancer.advance(progress);
    Gates gates = advancer.gates();
    Step step = next.isAtGate() ? gates.judged(next, gates.health(next)) : next;
    return step.opensTask() ? opened(step) : step;
  }

  private Step opened(Step step) {
    return advancer.opener().open(step, selected(step));
  }

  private List<Candidate> selected(Step opening) {
    return targets.judged(opening.waitingPlan().orElseThrow()).stream()
        .map(each -> each.isWanted() ? each.select() : each)
        .toList();
  }

  /** As it is written, with nodes for its first task. */
  Step planned(Plan plan) {
    QueuedEvent queued = queued(plan.event().id());
    return opened(Step.of(leadership.fence().orElseThrow(), Move.dispatch(keys, queued, plan)));
  }

  /** As it was last seen. */
  QueuedEvent queued(String eventId) {
    return events.read(events.view().item(eventId).orElseThrow());
  }

  /** A plan as the leader before has left it. */
  void given(Plan plan) {
    set(keys.plan(Keys.COMMON_LANE), Json.write(plan));
    set(
        keys.result(plan.event().id()),
        Json.write(EventResult.started(plan.event(), plan.startedAt())));
  }

  Step dispatched(Plan plan) {
    events.accept(plan.event());
    look();
    return put(planned(plan)).orElseThrow();
  }

  void set(String key, byte[] value) {
    connection.commit(new Transaction().set(key, value));
  }

  /** The node takes the task and keeps its lock. */
  void claimed(String eventId, int no, String node) {
    Claim claim = claim(eventId, no, node);
    connection.commit(
        new Transaction()
            .lock(
                Records.claim(keys, epoch(eventId), eventId, no, node),
                Json.write(claim),
                member.session())
            .set(keys.result(eventId, no, node), Json.write(NodeResult.of(claim))));
  }

  /** Its node has vanished; what was assigned to it still is. */
  void orphaned(String eventId, int no, String node) {
    set(
        keys.assignment(node, Keys.COMMON_LANE),
        Json.write(
            Assignment.of(
                Records.event(eventId), Records.task(no, "task-" + no), 1, Records.NOON)));
    set(
        Records.claim(keys, epoch(eventId), eventId, no, node),
        Json.write(claim(eventId, no, node)));
  }

  void ended(String eventId, int no, String node, Outcome how) {
    Claim claim = claim(eventId, no, node).ended(clock.instant(), how);
    connection.commit(
        new Transaction()
            .set(Records.claim(keys, epoch(eventId), eventId, no, node), Json.write(claim))
            .set(keys.result(eventId, no, node), Json.write(NodeResult.of(claim)))
            .set(keys.assignment(node, Keys.COMMON_LANE), new byte[0]));
  }

  private static Claim claim(String eventId, int no, String node) {
    Assignment assignment = Records.assignment(eventId, no);
    return Claim.running(assignment, node, node + "/1", 1, Records.NOON);
  }

  private long epoch(String eventId) {
    return plan(eventId).map(Plan::epoch).orElse(1L);
  }

  <T> Optional<T> found(String key, Class<T> type) {
    return connection.get(key).map(entry -> Json.read(key, entry.value(), type));
  }

  Optional<Plan> plan(String eventId) {
    String key = keys.plan(Keys.COMMON_LANE);
    return connection
        .get(key)
        .flatMap(entry -> Slot.plan(key, entry.value()))
        .filter(plan -> plan.event().id().equals(eventId));
  }

  EventResult result(String eventId) {
    return found(keys.result(eventId), EventResult.class).orElseThrow();
  }

  TaskResult result(String eventId, int no) {
    return found(keys.result(eventId, no), TaskResult.class).orElseThrow();
  }

  NodeResult result(String eventId, int no, String node) {
    return found(keys.result(eventId, no, node), NodeResult.class).orElseThrow();
  }

  boolean isAssigned(String node, String eventId, int no) {
    Assignment wanted = Records.assignment(eventId, no);
    return connection
        .get(keys.assignment(node, Keys.COMMON_LANE))
        .filter(entry -> wanted.isIn(entry.key(), entry.value()))
        .isPresent();
  }

  /** All keys with their ModifyIndex, to see that nothing was written. */
  List<String> everything() {
    return connection.list(keys.prefix()).value().stream()
        .filter(entry -> !entry.key().equals(keys.leader()))
        .map(entry -> entry.key() + "@" + entry.modifyIndex())
        .toList();
  }

  QueueItem unreadable(String eventId) {
    Entry entry = connection.get(keys.plan(Keys.COMMON_LANE)).orElseThrow();
    return new QueueItem(Keys.COMMON_LANE, entry);
  }

  static Event event(String id) {
    return Records.event(id);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    leadership.close();
    member.close();
    connection.close();
    faulty.close();
    consul.close();
  }
}
