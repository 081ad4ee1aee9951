package dev.metronome.state;

import dev.metronome.consul.Entry;
import dev.metronome.model.record.BatchPlace;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.EndedNodes;
import dev.metronome.model.record.Lead;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.ShownParams;
import dev.metronome.model.record.Status;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The plan of an event in progress and the claims of its head task.
 *
 * @param claims by node
 */
record PlanInProgress(Plan plan, Map<String, Entry> claims) {

  /**
   * For people; the leader's own limits tell until when it waits.
   *
   * @param elsewhere what a node is at of another event in progress; its time here begins then
   */
  ClusterView.Running view(
      Optional<Lead> lead, Function<String, Optional<NodeView.Doing>> elsewhere) {
    return new ClusterView.Running(
        plan.event().id(),
        plan.event().name(),
        plan.lane(),
        plan.startedAt(),
        plan.event().by(),
        plan.course().size(),
        TaskView.head(plan, runs(lead, elsewhere)),
        plan.openedAt(),
        plan.cancelled(),
        plan.event().limit(),
        ShownParams.of(plan.event().params()));
  }

  private List<NodeRun> runs(
      Optional<Lead> lead, Function<String, Optional<NodeView.Doing>> elsewhere) {
    EndedNodes before = plan.ended();
    Map<String, Status> ends = before.statuses(plan.targets().subList(0, before.nodes()));
    return plan.targets().stream()
        .sorted()
        .map(
            node ->
                Optional.ofNullable(ends.get(node))
                    .map(status -> NodeRun.of(node, status, before))
                    .orElseGet(() -> run(node, lead, elsewhere)))
        .toList();
  }

  private NodeRun run(
      String node, Optional<Lead> lead, Function<String, Optional<NodeView.Doing>> elsewhere) {
    return claim(node)
        .map(
            claim ->
                isLost(claim)
                    ? NodeRun.lost(claim, lead.flatMap(it -> it.lostSeconds(plan.head())))
                    : NodeRun.of(claim, until(finishSeconds(lead))))
        .orElseGet(
            () ->
                elsewhere
                    .apply(node)
                    .map(first -> NodeRun.behind(node, first))
                    .orElseGet(
                        () -> NodeRun.assigned(node, until(lead.flatMap(Lead::startSeconds)))));
  }

  /** Its node has lost the session with which it held the claim. */
  private boolean isLost(Claim claim) {
    return claim.outcome().isEmpty() && !claims.get(claim.node()).isLocked();
  }

  private Optional<Long> finishSeconds(Optional<Lead> lead) {
    long added = plan.head().rollout().addedSeconds().orElse(0L);
    return lead.flatMap(Lead::finishSeconds).map(seconds -> seconds + added);
  }

  Optional<Claim> claim(String node) {
    return Optional.ofNullable(claims.get(node))
        .flatMap(entry -> ReadableRecords.read(entry, Claim.class));
  }

  /** Each batch has the leader's whole patience. */
  private Optional<Instant> until(Optional<Long> seconds) {
    return plan.batch()
        .flatMap(BatchPlace::openedAt)
        .or(plan::openedAt)
        .flatMap(at -> seconds.map(at::plusSeconds));
  }

  /** What a node is at of it, as the leader finds it: as long as it holds the claim. */
  Optional<NodeView.Doing> occupying(String node) {
    return Optional.ofNullable(claims.get(node))
        .filter(Entry::isLocked)
        .flatMap(claim -> doing(node))
        .filter(doing -> doing.status() == State.INPROGRESS);
  }

  /** What a node has to do of it now. */
  Optional<NodeView.Doing> doing(String node) {
    return Optional.of(plan)
        .filter(found -> found.awaited().contains(node))
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
