package dev.metronome.state;

import dev.metronome.consul.Entry;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Lane;
import dev.metronome.model.record.Lead;
import dev.metronome.model.record.Plan;
import dev.metronome.pipeline.membership.Roster;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What somebody who follows a cluster saw of it last: the same views as {@link Viewer} gives, made
 * without asking Consul.
 *
 * @param leader the leader's key
 * @param queue everything below the event queue's prefix; {@code progress}, {@code claims} and
 *     {@code nodes} likewise
 */
public record WatchedState(
    Keys keys,
    Optional<Entry> leader,
    List<Entry> queue,
    List<Entry> progress,
    List<Entry> claims,
    List<Entry> nodes,
    CatalogNodes neighbours,
    TrafficView traffic,
    int quarantined) {
  public WatchedState {
    queue = List.copyOf(queue);
    progress = List.copyOf(progress);
    claims = List.copyOf(claims);
    nodes = List.copyOf(nodes);
  }

  /** Who leads and lives, what waits, runs and was set aside. */
  public ClusterView cluster(Instant at) {
    InProgress now = inProgress();
    List<ClusterView.Running> running = now.views(lead());
    Roster agents = Roster.of(nodes);
    Map<String, Lane> lanes = agents.lanes(lead());
    return new ClusterView(
        at,
        lead().map(ClusterView.Leader::of),
        agents.nodes(),
        agents.faults(),
        agents.original(lead()).stream().toList(),
        agents.held(),
        traffic.frozen(),
        Waiting.of(queue, keys, traffic, Viewer.SHORT_QUEUE).in(lanes),
        ClusterView.lanes(lanes),
        running.stream().findFirst(),
        running.stream().skip(1).toList(),
        now.newer(),
        quarantined);
  }

  private InProgress inProgress() {
    return InProgress.of(progress, claims, keys);
  }

  /** Every node that Consul or an agent tells of. */
  public List<NodeView> nodeViews() {
    return NodeInventory.of(neighbours, nodes, inProgress(), lead());
  }

  /** The plans of the events in progress, in the order in which these began. */
  public List<Plan> plans() {
    return plans(progress, keys);
  }

  /**
   * The same.
   *
   * @param slots everything below the progress queue's prefix
   */
  public static List<Plan> plans(List<Entry> slots, Keys keys) {
    return InProgress.plans(slots, keys);
  }

  /** The claims of their head tasks by nodes that have not finished them. */
  public List<Claim> running() {
    return inProgress().events().stream()
        .flatMap(
            event -> event.claims().keySet().stream().flatMap(node -> event.claim(node).stream()))
        .filter(claim -> claim.outcome().isEmpty())
        .toList();
  }

  /** The events that wait. */
  public List<EventSummary> waiting() {
    return Waiting.of(queue, keys, traffic, Integer.MAX_VALUE).events();
  }

  private Optional<Lead> lead() {
    return leader.filter(Entry::isLocked).flatMap(entry -> ReadableRecords.read(entry, Lead.class));
  }
}
