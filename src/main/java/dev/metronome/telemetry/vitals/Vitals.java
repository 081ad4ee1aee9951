package dev.metronome.telemetry.vitals;

import dev.metronome.base.loop.Loops;
import dev.metronome.consul.SessionKeeper;
import dev.metronome.pipeline.claim.Claims;
import dev.metronome.pipeline.execute.Operations;
import dev.metronome.pipeline.membership.Leadership;
import java.util.List;
import java.util.Optional;

/**
 * The pieces of one agent whose state shows how it does. Reading any of it is cheap and sends
 * nothing.
 *
 * @param node this agent's name
 * @param queues those that this agent may consume
 */
public record Vitals(
    String node,
    String version,
    Leadership leadership,
    SessionKeeper sessions,
    Claims claims,
    Operations operations,
    Loops loops,
    List<QueueVitals> queues) {

  public Vitals {
    queues = List.copyOf(queues);
  }

  public boolean isLeader() {
    return leadership.isLeader();
  }

  /** The session whose lock is this agent's term of leadership, if it leads. */
  public Optional<String> term() {
    return leadership.fence();
  }

  /** The session, if this agent holds one. */
  public Optional<String> session() {
    return sessions.current();
  }
}
