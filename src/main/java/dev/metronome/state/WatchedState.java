package dev.metronome.state;

import dev.metronome.consul.Entry;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Lead;
import dev.metronome.model.record.Plan;
import dev.metronome.pipeline.membership.Roster;
import java.time.Instant;
import java.util.List;
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
    Roster agents = Roster.of(nodes);
    return new ClusterView(
        at,
        lead().map(ClusterView.Leader::of),
        agents.nodes(),
        agents.faults(),
        agents.original(lead()).stream().toList(),
        agents.held(),
        traffic.frozen(),
        Waiting.of(queue, keys, traffic, Viewer.SHORT_QUEUE),
        now.view(lead()),
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

  /** The plan of the event in progress. */
  public Optional<Plan> plan() {
    return plan(progress, keys);
  }

  /**
   * The same.
   *
   * @param slots everything below the progress queue's prefix
   */
  public static Optional<Plan> plan(List<Entry> slots, Keys keys) {
    return InProgress.plan(slots, keys);
  }

  /** The claims of its head task by nodes that have not finished it. */
  public List<Claim> running() {
    InProgress now = inProgress();
    return now.claims().keySet().stream()
        .flatMap(node -> now.claim(node).stream())
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
