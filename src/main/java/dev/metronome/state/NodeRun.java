package dev.metronome.state;

import dev.metronome.model.record.Claim;
import dev.metronome.model.record.EndedNodes;
import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import dev.metronome.model.record.TaskResult;
import java.time.Instant;
import java.util.Optional;

/**
 * A task on one of its targets.
 *
 * @param startedAt absent as long as it has not taken the task
 * @param message why it stands so; of one in progress, why it is not the first attempt
 * @param until when the leader gives it up, if it goes on like this; known while it is awaited
 * @param lostAfterSeconds its agent has vanished: how long after that the leader gives it up,
 *     unless an agent comes back there
 * @param attempt which one it is, or was the last; absent for the first
 * @param batch of the task's batches, from 1; absent if all its nodes run it at once
 */
public record NodeRun(
    String node,
    State status,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt,
    Optional<Reason> reason,
    Optional<String> message,
    Optional<Instant> until,
    Optional<Long> lostAfterSeconds,
    Optional<Integer> attempt,
    Optional<Integer> batch) {

  static NodeRun of(NodeResult result) {
    return new NodeRun(
        result.node(),
        State.of(result.status()),
        result.startedAt(),
        result.finishedAt(),
        result.reason(),
        result.message(),
        Optional.empty(),
        Optional.empty(),
        result.attempt(),
        Optional.empty());
  }

  /** By its claim, while its task is the head task. */
  static NodeRun of(Claim claim, Optional<Instant> until) {
    Optional<Outcome> outcome = claim.outcome();
    return new NodeRun(
        claim.node(),
        outcome.map(Outcome::status).map(State::of).orElse(State.INPROGRESS),
        Optional.of(claim).filter(Claim::isTaken).map(Claim::startedAt),
        claim.finishedAt(),
        outcome.flatMap(Outcome::reason),
        outcome.isPresent() ? outcome.flatMap(Outcome::message) : claim.before(),
        outcome.isPresent() ? Optional.empty() : until,
        Optional.empty(),
        further(claim),
        Optional.empty());
  }

  /** By a claim that nobody holds any more, though the task has not ended there. */
  static NodeRun lost(Claim claim, Optional<Long> lostAfterSeconds) {
    return new NodeRun(
        claim.node(),
        State.INPROGRESS,
        Optional.of(claim.startedAt()),
        Optional.empty(),
        Optional.empty(),
        Optional.of("its agent has vanished"),
        Optional.empty(),
        lostAfterSeconds,
        further(claim),
        Optional.empty());
  }

  private static Optional<Integer> further(Claim claim) {
    return Optional.of(claim.attempt()).filter(number -> number > 1);
  }

  /** Whether its agent vanished while it ran, and what then. */
  public Optional<String> vanished() {
    return lostAfterSeconds.map(
        seconds ->
            "its agent has vanished; the task is given up there "
                + seconds
                + " s after that, unless an agent comes back");
  }

  /** Of a node that the task is for and that does not run it. */
  static NodeRun of(LeftOut out) {
    return new NodeRun(
        out.node(),
        State.SKIP,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of("left out: " + out.why()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Of a target that has no result of its own, since so many could not be reached. */
  static NodeRun of(String node, TaskResult task) {
    return new NodeRun(
        node,
        State.of(task.status()),
        Optional.empty(),
        Optional.empty(),
        task.reason(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Of a target that has not taken the task. */
  static NodeRun assigned(String node, Optional<Instant> until) {
    return assigned(node, Optional.empty(), until);
  }

  /** Of a target that does a task of another lane first; the leader's patience begins after it. */
  static NodeRun behind(String node, NodeView.Doing first) {
    String why =
        "does task " + first.title() + " of " + first.event() + " " + first.eventId() + " first";
    return assigned(node, Optional.of(why), Optional.empty());
  }

  private static NodeRun assigned(String node, Optional<String> why, Optional<Instant> until) {
    return new NodeRun(
        node,
        State.ASSIGNED,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        why,
        until,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** By the plan, which has no more of it: of a batch that has ended while others are to come. */
  static NodeRun of(String node, Status status, EndedNodes ended) {
    Optional<Outcome> outcome =
        ended.outcome().filter(it -> ended.worst().filter(node::equals).isPresent());
    return new NodeRun(
        node,
        State.of(status),
        Optional.empty(),
        Optional.empty(),
        outcome.flatMap(Outcome::reason).or(() -> skipped(status)),
        outcome.flatMap(Outcome::message),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** A target is left out for this reason only. */
  private static Optional<Reason> skipped(Status status) {
    return status == Status.SKIP ? Optional.of(Reason.UNREACHABLE) : Optional.empty();
  }

  /** The same, as one of a batch. */
  NodeRun in(Optional<Integer> number) {
    return new NodeRun(
        node,
        status,
        startedAt,
        finishedAt,
        reason,
        message,
        until,
        lostAfterSeconds,
        attempt,
        number);
  }

  /** Whether the task is for the node and leaves it out; a target that skips it has a reason. */
  boolean wasLeftOut() {
    return status == State.SKIP && startedAt.isEmpty() && reason.isEmpty();
  }

  /** Why it stands so, for people; empty if there is nothing to say. */
  public Optional<String> why() {
    return message
        .or(() -> reason.map(Reason::word))
        .or(() -> attempt.map(number -> "attempt " + number));
  }
}
