package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.Catalog;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Plan;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.model.signature.EventSignatures;
import dev.metronome.pipeline.membership.Leadership;
import dev.metronome.pipeline.queue.EventQueue;
import dev.metronome.pipeline.queue.Queue;
import dev.metronome.pipeline.queue.QueuedEvent;
import dev.metronome.pipeline.queue.Views;
import dev.metronome.pipeline.traffic.Barriers;
import dev.metronome.pipeline.traffic.CronTicks;
import dev.metronome.pipeline.traffic.Freezes;
import dev.metronome.pipeline.traffic.KnownFreezes;
import dev.metronome.testing.Member;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.support.DefaultExchange;

/**
 * One process that leads, wired as an agent is, whose routes and watches a test plays: it does
 * nothing by itself.
 */
final class TrafficLeader {

  private static final byte[] HOLDER = {};

  final Member member;
  final EventQueue events;
  final CronTicks cron;
  private final CamelContext context;
  private final ConsulConnection connection;
  private final Keys keys;
  private final Leadership leadership;
  private final Advancers advancers;
  private final Targets targets;
  private final Planner planner;
  private final ProgressQueue progress;

  TrafficLeader(
      Member member,
      Keys keys,
      Supplier<Schedule> files,
      Clock clock,
      LongSupplier nanos,
      CamelContext context) {
    this.member = member;
    this.keys = keys;
    this.context = context;
    this.connection = member.connection();
    this.leadership = new Leadership(connection, member.sessions(), keys.leader(), HOLDER);
    KnownFreezes freezes =
        new KnownFreezes(
            new Freezes(connection, keys), keys, leadership, clock, nanos, count -> {});
    Slots slots = new Slots(connection, keys);
    this.events =
        new EventQueue(
            connection,
            keys,
            clock,
            1_000,
            event -> event,
            EventQueue.Objection.NONE,
            new Lanes(files, slots),
            new Barriers(files, freezes, () -> true, connection, keys, leadership, clock),
            Queue.Listener.NONE,
            leadership::fenced);
    Catalog catalog = new Catalog(connection);
    this.targets =
        new Targets(catalog, new LiveAgents(catalog), new KnownAgents(connection, keys, nanos));
    this.advancers =
        new Advancers(
            slot ->
                new Advancer(
                    connection,
                    keys,
                    targets,
                    node -> slots.occupyElsewhere(slot, node),
                    slots.epochs(slot),
                    new ServiceHealth(catalog, () -> {}),
                    EventSignatures.none(),
                    plan -> freezes.against(plan.event(), plan.lane()).isPresent(),
                    Leader.LIMITS,
                    clock,
                    nanos));
    this.progress =
        new ProgressQueue(connection, keys, leadership, events, slots, freezes, clock, List.of());
    this.planner =
        new Planner(
            files, leadership, connection, keys, true, clock, "leader", event -> Optional.empty());
    this.cron = new CronTicks(files, leadership, connection, keys, clock, "agent@leader");
    Views.open(events);
    Views.open(progress);
  }

  /** Takes the lock, which nobody holds. */
  void lead() {
    leadership.suspect();
    if (!leadership.isLeader()) {
      throw new AssertionError("somebody else leads");
    }
    look();
  }

  /** Consul takes the lock from it, whether it is dead or has not noticed. */
  void loseLock() {
    connection.commit(new Transaction().unlock(keys.leader(), HOLDER, member.session()));
  }

  /** As its watches do. */
  void look() {
    progress.reread();
    events.view().accept(events.list(connection));
  }

  /** The route <em>dispatch</em>, up to the writing. */
  Optional<Step> dispatch() {
    if (!progress.isKnown()) {
      return Optional.empty();
    }
    return Optional.ofNullable(events.oldest(null)).map(planner::plan).map(this::opened);
  }

  /** What the route <em>advance</em> would be given now. */
  List<Progress> inProgress() {
    return progress.view().all().stream().map(progress::read).toList();
  }

  /** The route <em>advance</em>, up to the writing. */
  Step advance(Progress read) {
    Step step = advancers.advance(read);
    if (step.isEnd()) {
      QueuedEvent next = events.oldest(step);
      step = next == null ? step : step.then(planner.plan(next));
    }
    return opened(step);
  }

  private Step opened(Step step) {
    if (!step.opensTask()) {
      return step;
    }
    Plan waiting = step.waitingPlan().orElseThrow();
    List<Candidate> selected =
        targets.judged(waiting).stream()
            .map(each -> each.isWanted() ? each.select() : each)
            .toList();
    Exchange opening = exchange(step);
    return advancers
        .opener()
        .aggregate(opening, exchange(selected))
        .getMessage()
        .getBody(Step.class);
  }

  private Exchange exchange(Object body) {
    Exchange exchange = new DefaultExchange(context);
    exchange.getMessage().setBody(body);
    return exchange;
  }

  /** Sends a step; returns whether anything of it was written. */
  boolean put(Step step) {
    try {
      return step.isDue() && progress.put(exchange(step)) == Queue.Receipt.ACCEPTED;
    } catch (NotLeaderException e) {
      return false;
    } catch (InvalidPayloadException e) {
      throw new AssertionError(e);
    }
  }
}
