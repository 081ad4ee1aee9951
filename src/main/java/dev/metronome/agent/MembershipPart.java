package dev.metronome.agent;

import dev.metronome.agent.route.RouteFiles;
import dev.metronome.consul.Registration;
import dev.metronome.consul.SessionKeeper;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Lead;
import dev.metronome.model.record.Presence;
import dev.metronome.pipeline.dispatch.Limits;
import dev.metronome.pipeline.dispatch.Targets;
import dev.metronome.pipeline.membership.ConsulClusterService;
import dev.metronome.pipeline.membership.Leadership;
import dev.metronome.pipeline.membership.PresenceKeeper;
import java.util.function.Supplier;

/** An agent as a member of the cluster: its service, session and presence, and who leads. */
final class MembershipPart {

  final Registration registration;
  final SessionKeeper sessions;
  final PresenceKeeper presence;
  final Leadership leadership;

  /** For {@code master:}. */
  final ConsulClusterService cluster;

  /**
   * @param said what the agent says of itself, now
   */
  MembershipPart(AgentContext agent, HttpServer server, Supplier<Presence> said) {
    this.registration =
        new Registration(
            agent.connection(),
            Targets.AGENT_SERVICE,
            agent.node(),
            server.port(),
            server.liveUrl(),
            agent.configuration().duration("check-interval"));
    this.sessions =
        new SessionKeeper(
            agent.connection(), registration, agent.configuration().duration("session-ttl"));
    this.presence = new PresenceKeeper(agent.connection(), agent.keys(), agent.node(), said);
    agent.files().listen(presence::refresh);
    agent.files().listenToFaults(presence::refresh);
    Limits limits = agent.limits();
    this.leadership =
        new Leadership(
            agent.connection(),
            sessions,
            agent.keys().leader(),
            Json.write(
                Lead.of(agent.node(), agent.self().id(), limits.start(), limits.finish())
                    .waiting(limits.lost(), limits.lostRetryable())
                    .by(RouteFiles.of(agent.configuration().routes()).edited())));
    this.cluster = new ConsulClusterService(leadership, agent.node());
  }

  /** After the port answers, so that Consul's check finds it alive. */
  void join() {
    presence.follow(sessions);
    leadership.start();
    sessions.start();
  }
}
