package dev.metronome.state;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.model.record.BatchPlace;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.EndedNodes;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Lead;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.ShownParams;
import dev.metronome.model.record.Slot;
import dev.metronome.model.record.Status;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The plan of the event in progress and the claims of its head task, and what of them a newer agent
 * wrote: one request, or two.
 */
record InProgress(Optional<Plan> plan, Map<String, Entry> claims, List<LeftAlone> newer) {

  static InProgress read(ConsulConnection connection, Keys keys) {
    List<Entry> slots = connection.list(keys.progressQueue()).value();
    List<Entry> claims =
        plan(slots, keys)
            .map(plan -> connection.list(claims(plan, keys)).value())
            .orElse(List.of());
    return of(slots, claims, keys);
  }

  /**
   * @param slots everything below the progress queue's prefix
   * @param claimed the claims of its epoch, and perhaps others
   */
  static InProgress of(List<Entry> slots, List<Entry> claimed, Keys keys) {
    Optional<Plan> plan = plan(slots, keys);
    Map<String, Entry> claims = new HashMap<>();
    plan.ifPresent(
        found -> {
          String prefix = claims(found, keys);
          claimed.stream()
              .filter(entry -> entry.key().startsWith(prefix))
              .forEach(entry -> claims.put(entry.key().substring(prefix.length()), entry));
        });
    return new InProgress(
        plan,
        claims,
        ReadableRecords.newer(
            Stream.concat(occupied(slots, keys), claims.values().stream()).toList()));
  }

  /** The plan of the event in progress. */
  static Optional<Plan> plan(List<Entry> slots, Keys keys) {
    return occupied(slots, keys)
        .flatMap(entry -> ReadableRecords.read(entry, Plan.class).stream())
        .findFirst();
  }

  private static Stream<Entry> occupied(List<Entry> slots, Keys keys) {
    return slots.stream()
        .filter(entry -> keys.lane(entry.key()).isPresent() && !Slot.isVacant(entry.value()));
  }

  private static String claims(Plan plan, Keys keys) {
    return keys.claims(plan.epoch(), plan.event().id(), plan.current());
  }

  /** For people; the leader's own limits tell until when it waits. */
  Optional<ClusterView.Running> view(Optional<Lead> lead) {
    return plan.map(
        found ->
            new ClusterView.Running(
                found.event().id(),
                found.event().name(),
                found.startedAt(),
                found.event().by(),
                found.course().size(),
                TaskView.head(found, runs(found, lead)),
                found.openedAt(),
                found.cancelled(),
                found.event().limit(),
                ShownParams.of(found.event().params())));
  }

  private List<NodeRun> runs(Plan found, Optional<Lead> lead) {
    EndedNodes before = found.ended();
    Map<String, Status> ends = before.statuses(found.targets().subList(0, before.nodes()));
    return found.targets().stream()
        .sorted()
        .map(
            node ->
                Optional.ofNullable(ends.get(node))
                    .map(status -> NodeRun.of(node, status, before))
                    .orElseGet(() -> run(found, node, lead)))
        .toList();
  }

  private NodeRun run(Plan found, String node, Optional<Lead> lead) {
    return claim(node)
        .map(
            claim ->
                isLost(claim)
                    ? NodeRun.lost(claim, lead.flatMap(it -> it.lostSeconds(found.head())))
                    : NodeRun.of(claim, until(found, finishSeconds(found, lead))))
        .orElseGet(() -> NodeRun.assigned(node, until(found, lead.flatMap(Lead::startSeconds))));
  }

  /** Its node has lost the session with which it held the claim. */
  private boolean isLost(Claim claim) {
    return claim.outcome().isEmpty() && !claims.get(claim.node()).isLocked();
  }

  private static Optional<Long> finishSeconds(Plan found, Optional<Lead> lead) {
    long added = found.head().rollout().addedSeconds().orElse(0L);
    return lead.flatMap(Lead::finishSeconds).map(seconds -> seconds + added);
  }

  Optional<Claim> claim(String node) {
    return Optional.ofNullable(claims.get(node))
        .flatMap(entry -> ReadableRecords.read(entry, Claim.class));
  }

  /** Each batch has the leader's whole patience. */
  private static Optional<Instant> until(Plan found, Optional<Long> seconds) {
    return found
        .batch()
        .flatMap(BatchPlace::openedAt)
        .or(found::openedAt)
        .flatMap(at -> seconds.map(at::plusSeconds));
  }

  /** What a node has to do now. */
  Optional<NodeView.Doing> doing(String node) {
    return plan.filter(found -> found.awaited().contains(node))
        .filter(found -> claim(node).flatMap(Claim::outcome).isEmpty())
        .map(
            found ->
                new NodeView.Doing(
                    found.event().id(),
                    found.event().name(),
                    found.current(),
                    found.head().task(),
                    claim(node).isPresent() ? State.INPROGRESS : State.ASSIGNED,
                    claim(node).map(Claim::startedAt),
                    found.head().part()));
  }
}
