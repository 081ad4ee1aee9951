package dev.metronome.agent;

import dev.metronome.base.crash.CrashPoint;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulSettings;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.NodeSelector;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Rollout;
import dev.metronome.model.record.Status;
import dev.metronome.model.record.TaskResult;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a made-up event through the code that real ones go through, again and again, until the JVM
 * has compiled it: events are rare, and the first ones after a start take twice as long as others.
 *
 * <p><em>Guarantees</em>: it speaks to a {@link StubConsul} alone, says and counts nothing, rests
 * two thirds of the time, and ends for good when an event waits, after a second of processor time,
 * or when anything fails.
 */
final class WarmUp {

  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

  /** Code that has run some 200 times is compiled; a round runs most of it more than once. */
  private static final int ROUNDS = 150;

  private static final Duration PROCESSOR_TIME = Duration.ofSeconds(1);
  private static final int REST = 2;
  private static final String NODE = "warm-up";
  private static final List<String> NODES = List.of(NODE);

  private final BooleanSupplier busy;
  private final Keys keys = new Keys(Keys.DEFAULT_PREFIX);
  private final Clock clock = Clock.systemUTC();

  WarmUp(BooleanSupplier busy) {
    this.busy = busy;
  }

  /**
   * Begins, on a thread of its own.
   *
   * @param busy whether there is a real event
   */
  static void begin(BooleanSupplier busy) {
    if (CrashPoint.asked().isPresent()) {
      return; // a crash point stands for a real transaction
    }
    Thread thread = new Thread(new WarmUp(busy)::run, "warm-up");
    thread.setDaemon(true);
    thread.start();
  }

  /** Returns how often the event went through. */
  int run() {
    int rounds = 0;
    try (StubConsul stub = StubConsul.start();
        ConsulConnection connection =
            ConsulConnection.to(ConsulSettings.plain(stub.host(), stub.port()))) {
      rounds = rounds(connection);
      LOG.debug("warm-up state=ended rounds={} processor={} ms", rounds, used().toMillis());
    } catch (IOException | RuntimeException e) {
      LOG.debug("warm-up state=failed {}", e.toString());
    }
    return rounds;
  }

  private int rounds(ConsulConnection connection) {
    Duration most = used().plus(PROCESSOR_TIME);
    int round = 0;
    while (round < ROUNDS && used().compareTo(most) < 0 && !busy.getAsBoolean()) {
      long begin = System.nanoTime();
      round(connection, NODE + "-" + round);
      round++;
      LockSupport.parkNanos(REST * (System.nanoTime() - begin));
    }
    return round;
  }

  private static Duration used() {
    return Duration.ofNanos(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
  }

  /** One task of an event: claimed, finished, closed, and the next one opened. */
  private void round(ConsulConnection connection, String id) {
    Instant now = clock.instant();
    Event event = again(Event.of(id, NODE, Map.of("a", "b"), now, NODE, NODE), Event.class);
    Plan plan =
        again(
            Plan.of(event, now, "", List.of(task(0), task(1))).open(now, NODES).in(1), Plan.class);
    Assignment assignment = again(Assignment.of(plan, now), Assignment.class);
    Claim running = again(Claim.running(assignment, NODE, NODE, 1, now), Claim.class);
    Claim ended = again(running.ended(clock.instant(), Outcome.success()), Claim.class);
    connection.commit(claim(plan, running));
    connection.commit(finish(plan, ended));
    connection.list(keys.nodeQueue(NODE));
    connection.commit(close(plan, clock.instant()));
    connection.list(keys.claims(Keys.COMMON_LANE, 1));
  }

  private static PlannedTask task(int no) {
    return new PlannedTask(
        no,
        NODE,
        NODE,
        new NodeSelector(Optional.of(NODE), Optional.empty()),
        new Rollout(true, false, false, 1));
  }

  /** As it stands in Consul, and is read there. */
  private static <T> T again(T record, Class<T> type) {
    return Json.read(NODE, Json.write(record), type);
  }

  private Transaction claim(Plan plan, Claim claim) {
    String key = keys.claim(plan, NODE);
    return new Transaction()
        .checkIndex(keys.assignment(NODE, Keys.COMMON_LANE), 1)
        .checkNotExists(key)
        .lock(key, Json.write(claim), NODE)
        .set(keys.result(claim.eventId(), claim.no(), NODE), Json.write(NodeResult.of(claim)));
  }

  private Transaction finish(Plan plan, Claim ended) {
    String key = keys.claim(plan, NODE);
    return new Transaction()
        .checkSession(key, NODE)
        .unlock(key, Json.write(ended), NODE)
        .set(keys.result(ended.eventId(), ended.no(), NODE), Json.write(NodeResult.of(ended)))
        .set(keys.log(ended.eventId(), ended.no(), NODE), NODE.getBytes(StandardCharsets.UTF_8))
        .set(keys.assignment(NODE, Keys.COMMON_LANE), new byte[0]);
  }

  private Transaction close(Plan plan, Instant now) {
    Event event = plan.event();
    Plan next = plan.next(Status.SUCCESS).open(now, NODES);
    return new Transaction()
        .checkSession(keys.leader(), NODE)
        .compareAndSet(keys.plan(plan.slot()), Json.write(next), 1)
        .set(keys.result(event.id(), 0), Json.write(TaskResult.ended(plan, now, Outcome.success())))
        .set(
            keys.result(event.id()),
            Json.write(EventResult.ended(event, now, now, Outcome.success())))
        .set(keys.assignment(NODE, plan.slot()), Json.write(Assignment.of(next, now)));
  }
}
