package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.Entry;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.EndedNodes;
import dev.metronome.model.record.GateState;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import dev.metronome.model.record.TaskResult;
import dev.metronome.model.record.UnreadableRecordException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The event in progress as it was read: its plan and the claims of its head task, which are of
 * those targets whose batches have not ended by the plan.
 *
 * @param planIndex ModifyIndex of the plan
 * @param claims by node
 * @param fence the session whose lock proves that this agent led when it was read
 */
public record Progress(Plan plan, long planIndex, Map<String, Held> claims, String fence) {

  public Progress {
    claims = Map.copyOf(claims);
  }

  /**
   * A claim as it was read.
   *
   * @param index its ModifyIndex
   * @param locked whether a live session holds it
   * @param fault what stands there instead, if the claim cannot be read
   */
  public record Held(Claim claim, long index, boolean locked, Optional<Unreadable> fault) {

    /** One that cannot be read ends the task on its node as an error, and harms nothing else. */
    private static Held of(Plan plan, String node, Entry entry, Instant now) {
      try {
        Claim claim = Json.read(entry.key(), entry.value(), Claim.class);
        return new Held(claim, entry.modifyIndex(), entry.isLocked(), Optional.empty());
      } catch (UnreadableRecordException e) {
        return new Held(
            Settlement.unclaimed(plan, node, now),
            entry.modifyIndex(),
            entry.isLocked(),
            Optional.of(new Unreadable(entry, e)));
      }
    }
  }

  /** A claim that cannot be read: its task ends on its node as an error. */
  public record Unreadable(Entry entry, UnreadableRecordException why) {

    Outcome outcome() {
      return Outcome.error(Reason.UNREADABLE, why.getMessage());
    }
  }

  /**
   * As it was read.
   *
   * @param prefix of the claims of the head task
   * @param claims among others
   */
  static Progress of(
      Plan plan, long index, String prefix, List<Entry> claims, String fence, Instant now) {
    Map<String, Held> held = new HashMap<>();
    for (Entry entry : claims) {
      if (entry.key().startsWith(prefix)) {
        String node = entry.key().substring(prefix.length());
        held.put(node, Held.of(plan, node, entry, now));
      }
    }
    return new Progress(plan, index, held, fence);
  }

  Optional<Held> claim(String node) {
    return Optional.ofNullable(claims.get(node));
  }

  Optional<Outcome> outcome(String node) {
    return claim(node).flatMap(held -> held.claim().outcome());
  }

  /** How all targets have ended; one that has not yet counts as a success. */
  EndedNodes ended() {
    return plan.ended()
        .and(plan.awaited(), node -> outcome(node).orElseGet(Outcome::success), this::wasTaken);
  }

  /** The targets that could not take the task, and were left out for it. */
  List<String> skipped() {
    return ended().skipped();
  }

  /** The targets whose agents took the task. */
  Predicate<String> takers() {
    Set<String> untaken = ended().untaken();
    return node -> !untaken.contains(node);
  }

  /** Whether nobody works at it: not claimed, or claimed by somebody who holds it no more. */
  boolean isFree(String node) {
    return claim(node)
        .map(held -> !held.locked() && held.fault().isEmpty() && !hasEnded(node))
        .orElse(true);
  }

  /**
   * Whether the node's agent took the task. What a claim that could not be read had said is not
   * known: it counts as one.
   */
  private boolean wasTaken(String node) {
    return claim(node)
        .filter(
            held ->
                held.claim().attempt() > 0
                    || held.fault().isPresent()
                    || outcome(node)
                        .flatMap(Outcome::reason)
                        .filter(r -> r == Reason.UNREADABLE)
                        .isPresent())
        .isPresent();
  }

  boolean hasEnded(String node) {
    return outcome(node).isPresent();
  }

  /** How the head task has ended, of those targets where it has by their claims. */
  List<NodeResult> results() {
    return plan.awaited().stream()
        .filter(this::hasEnded)
        .map(node -> NodeResult.of(claims.get(node).claim()))
        .toList();
  }

  /** How the newest batch of the head task has ended; empty if it has no batches. */
  Optional<TaskResult> endedBatch(Instant at) {
    return plan.batch().map(batch -> TaskResult.endedBatch(plan, at, Outcomes.ofBatch(this)));
  }

  /** Whether there is a further batch, and not more nodes have failed than may. */
  boolean opensNextBatch() {
    return !plan.later().isEmpty() && !hasFailed();
  }

  /** Whether more nodes and gates of the head task have failed than may. */
  boolean hasFailed() {
    int all = plan.targets().size() + plan.notReached().size();
    return failures() > plan.head().batching().failures(all);
  }

  /** The nodes on which the head task has failed so far, and its gates that have. */
  int failures() {
    return ended().failures() + plan.gate().map(GateState::failures).orElse(0);
  }

  /** The nodes that must be well: a node that has failed counts as that, and is not waited for. */
  List<String> gateNodes() {
    return plan.gateNodes().stream()
        .filter(
            node ->
                plan.targets().isEmpty()
                    || outcome(node).filter(o -> o.status() == Status.SUCCESS).isPresent())
        .toList();
  }

  /** The same, the gate of its newest batch having failed. */
  Progress gateFailed(String why) {
    return new Progress(plan.gateFailed(why), planIndex, claims, fence);
  }

  /**
   * The same, the gate of its newest batch having ended.
   *
   * @param why it has failed; empty if it was passed
   */
  Progress gateEnded(Instant at, Optional<String> why) {
    return new Progress(plan.gateEnded(at, why), planIndex, claims, fence);
  }

  /** Whether the head task has ended on all nodes for which it is open. */
  public boolean allEnded() {
    return plan.awaited().stream().allMatch(this::hasEnded);
  }
}
