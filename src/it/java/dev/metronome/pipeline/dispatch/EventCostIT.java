package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.Catalog;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulSettings;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Snapshot;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Status;
import dev.metronome.model.signature.EventSignatures;
import dev.metronome.pipeline.claim.Claims;
import dev.metronome.pipeline.membership.Leadership;
import dev.metronome.pipeline.queue.EventQueue;
import dev.metronome.pipeline.queue.EventQueues;
import dev.metronome.pipeline.queue.Queue;
import dev.metronome.pipeline.queue.Views;
import dev.metronome.pipeline.traffic.Freezes;
import dev.metronome.pipeline.traffic.KnownFreezes;
import dev.metronome.testing.Member;
import dev.metronome.testing.Records;
import dev.metronome.testing.SingleConsul;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an event costs Consul does not grow with the events before it (decision 45). The leader and
 * a node do what they do for an event, with their transactions and watches, without routes. {@code
 * -Dcost.events=5000} is the law; the suite goes less far. That nothing is deleted where one looks,
 * {@link EpochsTest} and {@code AgentTest} show without a measurement.
 */
class EventCostIT {

  private static final int EVENTS = Integer.getInteger("cost.events", 2_000);
  private static final int PART = 500;
  private static final int TOGETHER = 100;
  private static final double MOST = 1.2;
  private static final int BATCHES = 20;
  private static final int BATCH = 50;

  /** Where the claims of all batches are read it is five times as much. */
  private static final double BEYOND = 2;

  /** Imagined nodes that end at once; ends that come fast are seen together. */
  private static final int ENDS = 5;

  private static final String NODE = "n1";
  private static final Duration WAIT = Duration.ofSeconds(10);

  @TempDir private Path folder;
  private final Keys keys = new Keys(Keys.DEFAULT_PREFIX);
  private final DefaultCamelContext context = new DefaultCamelContext();
  private SingleConsul consul;
  private ConsulConnection connection;
  private Member member;
  private Leadership leadership;
  private EventQueue events;
  private ProgressQueue progress;
  private Advancer advancer;
  private Claims claims;
  private Watched queue;
  private Watched slots;
  private Watched claimed;
  private long nodeIndex;
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

  /** One of the leader's watches, by hand. */
  private static final class Watched {
    private final Queue.Followed what;
    private long index;

    Watched(Queue.Followed what) {
      this.what = what;
    }

    List<Entry> next(long known) throws InterruptedException {
      Snapshot<List<Entry>> seen = what.reading().read(Math.max(index, known), WAIT);
      index = seen.index();
      what.seen().accept(seen);
      return seen.value();
    }

    void until(Predicate<List<Entry>> wanted) throws InterruptedException {
      while (!wanted.test(next(0))) {}
    }
  }

  @BeforeEach
  void start() {
    consul = SingleConsul.start(folder, NODE);
    connection = ConsulConnection.to(ConsulSettings.plain("127.0.0.1", consul.port()));
    member = Member.of(connection, NODE);
    leadership = new Leadership(connection, member.sessions(), keys.leader(), new byte[0]);
    leadership.start();
    member.join();
    Awaitility.await().until(leadership::isLeader);
    events = EventQueues.led(connection, keys, leadership::fenced);
    Slots known = new Slots(connection, keys);
    KnownFreezes freezes =
        new KnownFreezes(
            new Freezes(connection, keys),
            keys,
            leadership,
            Clock.systemUTC(),
            System::nanoTime,
            count -> {});
    Catalog catalog = new Catalog(connection);
    Targets targets =
        new Targets(
            catalog, new LiveAgents(catalog), new KnownAgents(connection, keys, System::nanoTime));
    advancer =
        new Advancer(
            connection,
            keys,
            targets,
            node -> false,
            known.epochs(Keys.COMMON_LANE),
            new ServiceHealth(catalog, () -> {}),
            EventSignatures.none(),
            plan -> freezes.against(plan.event(), plan.lane()).isPresent(),
            Limits.DEFAULT,
            Clock.systemUTC(),
            System::nanoTime);
    progress =
        new ProgressQueue(
            connection, keys, leadership, events, known, freezes, Clock.systemUTC(), List.of());
    claims =
        new Claims(
            connection,
            member.sessions(),
            keys,
            NODE,
            NODE + "/1",
            Clock.systemUTC(),
            (event, no) -> true);
    Views.open(events);
    Views.open(progress);
    queue = new Watched(events.followed(connection).get(0));
    slots = new Watched(progress.followed(connection).get(0));
    claimed = new Watched(progress.followed(connection).get(1));
  }

  @AfterEach
  void close() {
    if (consul == null) {
      return; // there is none
    }
    leadership.close();
    member.close();
    connection.close();
    consul.close();
  }

  private void pass(String id) throws Exception {
    events.accept(Records.event(id));
    queue.until(seen -> events.view().item(id).isPresent());
    events.tend();
    put(dispatch(id));
    assertThat(claims.take(assigned(), nodeIndex)).isTrue();
    claimed.until(seen -> progress().claim(NODE).isPresent());
    claims.finish(id + ".0", Outcome.success(), "it is done");
    claimed.until(seen -> progress().allEnded());
    slots.next(0);
    put(advancer.advance(progress()));
  }

  private Step dispatch(String id) {
    Plan plan = Plan.of(Records.event(id), Records.NOON, "", List.of(Records.task(0, "t")));
    Candidate candidate = Candidate.of(NODE, Map.of(), Candidate.Condition.READY, true).select();
    Step step =
        Step.of(
            leadership.fence().orElseThrow(),
            Move.dispatch(keys, events.read(events.view().item(id).orElseThrow()), plan));
    return advancer.opener().open(step, List.of(candidate));
  }

  private Progress progress() {
    return progress.read(progress.view().head().orElseThrow());
  }

  private void put(Step step) throws Exception {
    Exchange exchange = new DefaultExchange(context);
    exchange.getMessage().setBody(step);
    assertThat(progress.put(exchange)).isEqualTo(Queue.Receipt.ACCEPTED);
  }

  /** What the node's watch sees. */
  private Assignment assigned() throws InterruptedException {
    String slot = keys.assignment(NODE, Keys.COMMON_LANE);
    long index = nodeIndex;
    while (true) {
      Snapshot<List<Entry>> seen = connection.changes(keys.node(NODE)).read(index, WAIT);
      index = seen.index();
      for (Entry entry : seen.value()) {
        if (entry.key().equals(slot) && entry.value().length > 0) {
          nodeIndex = entry.modifyIndex();
          return Json.read(slot, entry.value(), Assignment.class);
        }
      }
    }
  }

  private EventResult result(String id) {
    String key = keys.result(id);
    return Json.read(key, connection.get(key).orElseThrow().value(), EventResult.class);
  }

  /** The least of what an event costs of so many together: other work on the machine adds to it. */
  private double least(int from) throws Exception {
    double least = Double.MAX_VALUE;
    for (int i = from; i < from + PART; i += TOGETHER) {
      double before = consul.processorMillis();
      for (int k = i; k < i + TOGETHER; k++) {
        pass("e" + k);
      }
      least = Math.min(least, (consul.processorMillis() - before) / TOGETHER);
    }
    return least;
  }

  @Test
  void an_event_costs_consul_as_much_after_thousands_of_events_as_at_the_beginning()
      throws Exception {
    double first = least(0);
    for (int i = PART; i < EVENTS - PART; i++) {
      pass("e" + i);
    }
    double last = least(EVENTS - PART);

    System.out.printf(
        "%d events: %.2f ms of Consul's processor time an event at first, %.2f at last%n",
        EVENTS, first, last);
    assertThat(last).as("of the last %d of %d events", PART, EVENTS).isLessThan(first * MOST);
    assertThat(result("e" + (EVENTS - 1)).status()).isEqualTo(Status.SUCCESS);
  }

  /** What its nodes write when they have ended their task. */
  private void end(Plan plan, List<String> nodes) {
    String id = plan.event().id();
    Transaction ends = new Transaction();
    for (String node : nodes) {
      Claim claim = Claim.of(id, 0, node, node + "/1", 1, Records.NOON);
      Claim ended = claim.ended(Records.NOON, Outcome.success());
      ends.set(Records.claim(keys, plan.epoch(), id, 0, node), Json.write(ended))
          .set(keys.result(id, 0, node), Json.write(NodeResult.of(ended)))
          .set(keys.assignment(node, plan.lane()), new byte[0]);
    }
    assertThat(connection.commit(ends).isDone()).isTrue();
  }

  /** One batch, from its opening to the opening of the next one; returns the leader's own time. */
  private long batch() throws Exception {
    Plan plan = progress().plan();
    long nanos = 0;
    for (int from = 0; from < BATCH; from += ENDS) {
      List<String> some = plan.awaited().subList(from, from + ENDS);
      end(plan, some);
      long before = threads.getCurrentThreadCpuTime();
      claimed.until(seen -> some.stream().allMatch(node -> progress().hasEnded(node)));
      Step step = advancer.advance(progress());
      if (step.isDue()) {
        put(step);
      }
      nanos += threads.getCurrentThreadCpuTime() - before;
    }
    return nanos;
  }

  /** Of a quarter of the batches Consul's milliseconds a node, and the leader's. */
  private double[] quarter() throws Exception {
    double before = consul.processorMillis();
    double leader = 0;
    for (int i = 0; i < BATCHES / 4; i++) {
      leader += batch() / 1e6;
    }
    double nodes = BATCH * BATCHES / 4.0;
    return new double[] {(consul.processorMillis() - before) / nodes, leader / nodes};
  }

  @Test
  void a_node_costs_the_leader_as_much_in_the_last_batches_of_a_rollout_as_in_the_first()
      throws Exception {
    List<List<String>> batches =
        IntStream.range(0, BATCHES)
            .mapToObj(
                batch ->
                    IntStream.range(batch * BATCH, (batch + 1) * BATCH)
                        .mapToObj("app-%04d"::formatted)
                        .toList())
            .toList();
    Plan plan = Records.plan("e1", List.of(Records.task(0, "t")));
    Plan open = plan.openInBatches(Records.NOON, batches, List.of()).in(1);
    connection.commit(
        new Transaction()
            .set(keys.claims(Keys.COMMON_LANE, 1), new byte[0])
            .set(keys.plan(plan.lane()), Json.write(open))
            .set(keys.result("e1"), Json.write(EventResult.started(plan.event(), Records.NOON))));
    slots.until(seen -> progress.view().head().isPresent());
    double[] first = quarter();
    for (int i = 0; i < BATCHES / 2; i++) {
      batch();
    }
    double[] last = quarter();

    System.out.printf(
        "%d nodes in batches of %d: %.2f ms of Consul's processor time a node at first, %.2f at"
            + " last; of the leader's %.2f and %.2f%n",
        BATCHES * BATCH, BATCH, first[0], last[0], first[1], last[1]);
    assertThat(last[1]).as("the leader's").isLessThan(first[1] * BEYOND);
    assertThat(result("e1").status()).isEqualTo(Status.SUCCESS);
  }
}
