package dev.metronome.agent;

import dev.metronome.agent.route.RouteReload;
import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.model.record.Format;
import dev.metronome.model.record.Presence;
import dev.metronome.pipeline.dispatch.NotLeaderException;
import dev.metronome.pipeline.queue.HeldItems;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.camel.main.Main;

/** The parts of one agent, joined. */
final class AgentParts implements AutoCloseable {

  final AgentContext agent;
  final MembershipPart membership;
  final LeaderPart leader;
  final NodePart node;
  final IntakePart intake;
  final Instruments instruments;
  private final HeldItems held;

  /** For {@code --dev}. */
  final Optional<RouteReload> routes;

  private final Telemetry telemetry;

  AgentParts(AgentContext agent, HttpServer server) {
    this.agent = agent;
    this.telemetry = new Telemetry(agent);
    this.routes = routes();
    this.held =
        new HeldItems(
            agent.node(),
            failure ->
                failure instanceof ConsulUnavailableException
                    || failure instanceof NotLeaderException
                    || failure instanceof OutOfMemoryError,
            telemetry.metrics().queues(),
            agent.clock(),
            System::nanoTime,
            this::refresh);
    this.membership = new MembershipPart(agent, server, this::presence);
    this.leader = new LeaderPart(agent, membership, telemetry);
    this.node = new NodePart(agent, membership, telemetry);
    this.intake = new IntakePart(agent, node.operationBeans.connection(), server.door(), telemetry);
    this.instruments = new Instruments(agent, membership, leader, node, telemetry);
  }

  private Optional<RouteReload> routes() {
    return agent
        .configuration()
        .routes()
        .filter(folder -> agent.configuration().flag("dev"))
        .map(folder -> new RouteReload(folder, agent.connection().loops(), this::refresh));
  }

  private void refresh() {
    membership.presence.refresh();
  }

  /** What the agent says of itself, by what its parts know now. */
  private Presence presence() {
    Map<String, String> faults = new TreeMap<>(agent.files().faults());
    routes.ifPresent(each -> faults.putAll(each.faults()));
    return new Presence(
        Format.SLOTS,
        agent.node(),
        agent.version(),
        agent.self().host(),
        agent.self().pid(),
        agent.self().startedAt(),
        agent.self().id(),
        agent.files().get().presences(),
        node.busy(),
        faults,
        leader.switchover.finding(),
        held.all(),
        agent.configuration().roles());
  }

  /** Whether an event waits, is in progress, or has a task here. */
  boolean isBusy() {
    return Stream.of(leader.events, leader.progress, node.queue)
        .anyMatch(it -> it.view().head().isPresent());
  }

  /** Under the names that routes use. */
  void bind(Main main) {
    main.bind("consul-connection", agent.connection());
    main.bind("keys", agent.keys());
    telemetry.bind(main);
    main.bind("queue-listener", held);
    leader.bind(main);
    node.bind(main);
    intake.bind(main);
    instruments.bind(main);
  }

  /** Ends the connections, the last thing that an agent does. */
  @Override
  public void close() {
    node.close();
    telemetry.close();
    agent.connection().close();
  }
}
