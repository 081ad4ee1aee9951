package dev.metronome.cli;

import dev.metronome.cli.picture.ApprovalSentence;
import dev.metronome.consul.Catalog;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.consul.Registration;
import dev.metronome.model.record.Freeze;
import dev.metronome.model.record.Held;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Lane;
import dev.metronome.model.record.Presence;
import dev.metronome.pipeline.dispatch.Targets;
import dev.metronome.pipeline.membership.Roster;
import dev.metronome.pipeline.migration.OriginalState;
import dev.metronome.state.ClusterView;
import dev.metronome.state.EventView;
import dev.metronome.state.NodeRun;
import dev.metronome.state.State;
import dev.metronome.state.Viewer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Says why an event that is followed does not move: nobody works, nobody leads, a route fails on
 * it, another event comes first, no node matches, or no agent is where it is to run. It looks once
 * nothing has changed for some seconds, and then now and again. Not thread-safe.
 */
final class Standstill {
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final Duration AGAIN = Duration.ofSeconds(10);

  /** Nodes that are named; others are counted. */
  private static final int NAMED = 5;

  private final ConsulConnection connection;
  private final Keys keys;
  private final Viewer viewer;
  private final LongSupplier nanos;
  private EventView seen;
  private long due;
  private Optional<String> sentence = Optional.empty();

  Standstill(ConsulConnection connection, Keys keys, LongSupplier nanos) {
    this.connection = connection;
    this.keys = keys;
    this.viewer = new Viewer(connection, keys, Clock.systemUTC());
    this.nanos = nanos;
  }

  /** What is in its way, by the last look; empty while it moves, and if nothing is. */
  Optional<String> about(EventView event) {
    long now = nanos.getAsLong();
    if (!event.equals(seen)) {
      seen = event;
      due = now + PATIENCE.toNanos();
      sentence = Optional.empty();
    } else if (now - due >= 0 && !event.hasEnded()) {
      due = now + AGAIN.toNanos();
      sentence = look(event);
    }
    return sentence;
  }

  private Optional<String> look(EventView event) {
    try {
      return cause(event, Roster.read(connection, keys), viewer.cluster())
          .or(() -> behindTheOriginal(event));
    } catch (ConsulUnavailableException e) {
      return Optional.of(e.getMessage() + "; trying again");
    }
  }

  private Optional<String> cause(EventView event, Roster agents, ClusterView cluster) {
    boolean queued = event.status() == State.QUEUED;
    if (agents.isEmpty()) {
      return Optional.of(
          registered()
              .map(
                  nodes ->
                      "the agents that are registered, "
                          + nodes
                          + ", have not said anything in Consul yet; the event waits for them")
              .orElse(
                  queued
                      ? EventWarnings.NO_AGENT
                      : "no agent is running; the event stands still until one starts"));
    }
    if (cluster.leader().isEmpty()) {
      String what = queued ? "waits in the queue" : "stands still";
      return Optional.of("nobody leads now; the event " + what + " until an agent does");
    }
    return held(event, cluster)
        .or(() -> blocked(event, cluster))
        .or(() -> moving(event, agents, cluster, queued));
  }

  /** Agents that Consul finds healthy, also before they say something in the KV (again). */
  private Optional<String> registered() {
    List<String> nodes =
        new Catalog(connection)
            .instances(Targets.AGENT_SERVICE, Optional.empty()).stream()
                .filter(Catalog.Instance::passing)
                .flatMap(instance -> Registration.nodeOf(Targets.AGENT_SERVICE, instance).stream())
                .sorted()
                .toList();
    return nodes.isEmpty() ? Optional.empty() : Optional.of(some(nodes));
  }

  /** By a route that fails: the event itself, or one before it. */
  private static Optional<String> held(EventView event, ClusterView cluster) {
    List<Held> held = cluster.held().stream().filter(Held::concernsEvent).toList();
    return held.stream()
        .filter(each -> each.item().equals(event.id()))
        .findFirst()
        .map(Held::sentence)
        .or(
            () ->
                held.stream()
                    .filter(each -> event.status() == State.QUEUED)
                    .findFirst()
                    .map(each -> "the event waits in the queue: " + each.sentence()));
  }

  private static Optional<Freeze> frozen(ClusterView cluster, ClusterView.Running running) {
    return cluster.frozen().stream()
        .filter(each -> each.holds(running.name(), running.lane()))
        .findFirst();
  }

  private static Optional<String> blocked(EventView event, ClusterView cluster) {
    return cluster
        .queue()
        .blocked(event.id())
        .map(TextOutput::reason)
        .map(why -> "the event waits in the queue and may not begin: " + why);
  }

  private static Optional<String> moving(
      EventView event, Roster agents, ClusterView cluster, boolean queued) {
    return cluster.inProgress().stream()
        .filter(running -> running.id().equals(event.id()))
        .findFirst()
        .map(running -> inHand(running, agents, frozen(cluster, running)))
        .orElseGet(() -> queued ? behind(event, cluster) : Optional.empty());
  }

  private Optional<String> behindTheOriginal(EventView event) {
    boolean queued = event.status() == State.QUEUED;
    return queued && !OriginalState.read(connection, keys).isEmpty()
        ? Optional.of(
            "the event waits in the queue until agents of the original are gone; see `metronome"
                + " migrate --dry-run`")
        : Optional.empty();
  }

  /** What is in progress in its lane, if that is full. */
  private static Optional<String> behind(EventView event, ClusterView cluster) {
    String name = cluster.queue().lanes().getOrDefault(event.event().name(), Lane.COMMON.name());
    int limit =
        cluster.lanes().stream()
            .filter(lane -> lane.name().equals(name))
            .findFirst()
            .orElse(Lane.COMMON)
            .limit();
    List<ClusterView.Running> ahead =
        cluster.inProgress().stream().filter(running -> running.lane().equals(name)).toList();
    return ahead.size() < limit
        ? Optional.empty()
        : Optional.of(
            "the event waits in the queue behind "
                + some(ahead.stream().map(Standstill::named).toList()));
  }

  private static String named(ClusterView.Running other) {
    Instant now = Instant.now(Clock.systemUTC());
    return other.id()
        + " "
        + other.name()
        + ", which "
        + ApprovalSentence.of(Cluster.shortened(other.id()), other.task(), now)
            .orElse("is in progress");
  }

  private static Optional<String> inHand(
      ClusterView.Running running, Roster agents, Optional<Freeze> frozen) {
    String task = "task " + running.task().title();
    if (running.openedAt().isEmpty() && frozen.isPresent()) {
      return Optional.of(task + " is not opened: " + frozen.get().sentence());
    }
    if (running.openedAt().isEmpty()) {
      return Optional.of(
          task
              + " waits for a node that matches "
              + running.task().filter().orElse("it")
              + " and that can take it");
    }
    Map<String, Presence> alive =
        agents.presences().stream()
            .collect(Collectors.toMap(Presence::node, Function.identity(), (a, b) -> b));
    List<String> dead =
        running.task().nodes().stream()
            .filter(run -> run.status() == State.ASSIGNED || run.status() == State.INPROGRESS)
            .map(NodeRun::node)
            .filter(node -> !alive.containsKey(node))
            .toList();
    if (!dead.isEmpty()) {
      return Optional.of(
          task + " waits for " + some(dead) + ", where no agent is running" + until(running, dead));
    }
    return running.task().in(State.ASSIGNED).stream()
        .flatMap(run -> busy(run, alive.get(run.node())).stream())
        .findFirst()
        .map(why -> task + " waits for " + why);
  }

  /** Why it has not taken the task: since it does another lane's first, or by its own words. */
  private static Optional<String> busy(NodeRun run, Presence agent) {
    return run.message()
        .map(why -> run.node() + ", which " + why)
        .or(() -> agent.busy().map(why -> run.node() + ": " + why));
  }

  private static String until(ClusterView.Running running, List<String> dead) {
    List<NodeRun> runs =
        running.task().nodes().stream().filter(run -> dead.contains(run.node())).toList();
    return runs.stream()
        .flatMap(run -> run.lostAfterSeconds().stream())
        .findFirst()
        .map(seconds -> "; given up " + seconds + " s after it vanished, unless one comes back")
        .or(
            () ->
                runs.stream()
                    .flatMap(run -> run.until().stream())
                    .filter(at -> at.isAfter(Instant.now(Clock.systemUTC())))
                    .findFirst()
                    .map(at -> "; given up at " + TextOutput.local(at)))
        .orElse("");
  }

  private static String some(List<String> nodes) {
    String names = String.join(", ", nodes.subList(0, Math.min(NAMED, nodes.size())));
    return nodes.size() > NAMED ? names + " and " + (nodes.size() - NAMED) + " more" : names;
  }
}
