package dev.metronome.agent;

import dev.metronome.config.Configuration;
import dev.metronome.consul.Catalog;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Limit;
import dev.metronome.pipeline.dispatch.Advancer;
import dev.metronome.pipeline.dispatch.Advancers;
import dev.metronome.pipeline.dispatch.KnownAgents;
import dev.metronome.pipeline.dispatch.Lanes;
import dev.metronome.pipeline.dispatch.LiveAgents;
import dev.metronome.pipeline.dispatch.Planner;
import dev.metronome.pipeline.dispatch.ProgressQueue;
import dev.metronome.pipeline.dispatch.SelectedNodes;
import dev.metronome.pipeline.dispatch.ServiceHealth;
import dev.metronome.pipeline.dispatch.Slots;
import dev.metronome.pipeline.dispatch.Targets;
import dev.metronome.pipeline.hook.JsonBody;
import dev.metronome.pipeline.membership.Leadership;
import dev.metronome.pipeline.membership.Roster;
import dev.metronome.pipeline.migration.Migration;
import dev.metronome.pipeline.migration.Switchover;
import dev.metronome.pipeline.queue.EventQueue;
import dev.metronome.pipeline.retention.Retention;
import dev.metronome.pipeline.traffic.Barriers;
import dev.metronome.pipeline.traffic.CronTicks;
import dev.metronome.pipeline.traffic.Freezes;
import dev.metronome.pipeline.traffic.KnownFreezes;
import java.util.Optional;
import org.apache.camel.main.Main;

/** What an agent does while it leads: it dispatches, advances, retains and takes over. */
final class LeaderPart {

  /** Every agent accepts into it; the leader alone takes from it. */
  final EventQueue events;

  final ProgressQueue progress;
  final Switchover switchover;
  private final Targets targets;
  private final Advancers advancers;
  private final Planner planner;
  private final CronTicks cron;
  private final Retention retention;

  /** Read for an event that names nodes, no other. */
  private static Optional<String> unknownNodes(
      Optional<Limit> limit, ConsulConnection connection, Keys keys) {
    return limit
        .filter(it -> !it.nodes().isEmpty())
        .flatMap(it -> Roster.read(connection, keys).objection(it));
  }

  LeaderPart(AgentContext agent, MembershipPart membership, Telemetry telemetry) {
    Configuration configuration = agent.configuration();
    ConsulConnection connection = agent.connection();
    Keys keys = agent.keys();
    Leadership leadership = membership.leadership;
    KnownFreezes freezes =
        new KnownFreezes(
            new Freezes(connection, keys),
            keys,
            leadership,
            agent.clock(),
            System::nanoTime,
            telemetry.metrics().freezes());
    Slots slots = new Slots(connection, keys);
    Barriers barriers =
        new Barriers(
            agent.files(), freezes, this::isClear, connection, keys, leadership, agent.clock());
    this.events =
        new EventQueue(
            connection,
            keys,
            agent.clock(),
            configuration.number("queue-limit"),
            agent.signatures()::sign,
            event ->
                agent
                    .files()
                    .get()
                    .objection(event.name(), event.params())
                    .or(() -> unknownNodes(event.limit(), connection, keys)),
            new Lanes(agent.files(), slots),
            barriers,
            telemetry.metrics().queues(),
            leadership::fenced);
    this.switchover =
        new Switchover(
            new Migration(connection, keys, agent.clock()),
            leadership,
            System::nanoTime,
            events.view()::wake,
            membership.presence::refresh);
    Catalog catalog = new Catalog(connection);
    LiveAgents agents = new LiveAgents(catalog);
    leadership.listen(agents::follow);
    this.targets =
        new Targets(catalog, agents, new KnownAgents(connection, keys, System::nanoTime));
    this.advancers =
        new Advancers(
            slot ->
                new Advancer(
                    connection,
                    keys,
                    targets,
                    node -> slots.occupyElsewhere(slot, node),
                    slots.epochs(slot),
                    health(catalog, leadership, slot),
                    agent.signatures(),
                    plan -> freezes.against(plan.event(), plan.lane()).isPresent(),
                    agent.limits(),
                    agent.clock(),
                    System::nanoTime));
    this.progress =
        new ProgressQueue(
            connection,
            keys,
            leadership,
            events,
            slots,
            freezes,
            agent.clock(),
            telemetry.leader());
    this.planner =
        new Planner(
            agent.files(),
            leadership,
            connection,
            keys,
            configuration.flag("skippable"),
            agent.clock(),
            agent.node(),
            telemetry::begin);
    this.cron =
        new CronTicks(
            agent.files(), leadership, connection, keys, agent.clock(), "agent@" + agent.node());
    this.retention =
        new Retention(
            connection,
            keys,
            leadership,
            configuration.duration("keep"),
            configuration.number("keep-events"),
            agent.clock());
  }

  private boolean isClear() {
    return switchover.isClear();
  }

  /** Of what waits in a slot; its news wake who looks at that. */
  private ServiceHealth health(Catalog catalog, Leadership leadership, String slot) {
    ServiceHealth health = new ServiceHealth(catalog, () -> progress.view().wake(slot));
    leadership.listen(health::follow);
    health.follow(leadership.isLeader());
    return health;
  }

  /** Under the names that routes use. */
  void bind(Main main) {
    main.bind("event-queue", events);
    main.bind("progress-task-queue", progress);
    main.bind("planner", planner);
    main.bind("next-event", planner);
    main.bind("targets", targets);
    main.bind("selected-nodes", new SelectedNodes());
    main.bind("task-opening", advancers.opener());
    main.bind("advancer", advancers);
    main.bind("gates", advancers.health());
    main.bind("cron-ticks", cron);
    main.bind("retention", retention);
    main.bind("switchover", switchover);
    main.bind("json-body", new JsonBody());
  }
}
