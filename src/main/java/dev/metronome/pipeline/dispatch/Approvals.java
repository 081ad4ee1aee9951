package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Approval;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import dev.metronome.model.record.TaskResult;
import dev.metronome.model.record.Vote;
import dev.metronome.model.record.Voting;
import dev.metronome.model.signature.EventSignatures;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Approvals: steps of an event that run nothing, and wait until enough of those who are asked have
 * agreed, one of them has not, or their time is over. Thread-safe.
 *
 * <p><em>Guarantees</em>: votes stand in the plan, and their conditions are those of its slot, so
 * that none is taken once the leader has decided, nor lost if it was taken before. An approval
 * ends: its deadline stands in the plan, and is the same with another leader.
 */
final class Approvals {

  private static final Logger LOG = LoggerFactory.getLogger("dev.metronome.leader");

  private static final String ASKED = "asked";

  private final Keys keys;
  private final EventSignatures signatures;
  private final Closing closing;
  private final Clock clock;
  private final Elapsed elapsed;

  /** The approval that this leader waits for, and how long it does. */
  private String known = "";

  private Duration allowed = Duration.ZERO;

  /**
   * @param signatures judge votes
   */
  Approvals(Keys keys, EventSignatures signatures, Closing closing, Clock clock, Elapsed elapsed) {
    this.keys = keys;
    this.signatures = signatures;
    this.closing = closing;
    this.clock = clock;
    this.elapsed = elapsed;
  }

  /** What leaves an approval waiting, with it open. */
  Move asked(Move waiting) {
    Plan plan = waiting.plan().orElseThrow().ask(clock.instant());
    return waiting.opened(plan, new Transaction("ask").and(result(plan)), List.of());
  }

  private Transaction result(Plan plan) {
    return new Transaction()
        .set(keys.result(plan.event().id(), plan.current()), Json.write(TaskResult.opened(plan)));
  }

  /** What is to be done about an open approval; none while those who are asked have time. */
  // INVARIANT: an approval is decided by votes that Consul has taken before, or by its deadline.
  synchronized Step step(Progress progress) {
    Plan plan = progress.plan();
    boolean over = isOver(progress);
    List<Vote> votes = plan.voting().orElseThrow().votes();
    List<Vote> refused = votes.stream().filter(vote -> objection(plan, vote).isPresent()).toList();
    if (!refused.isEmpty()) {
      return struck(progress, refused);
    }
    Optional<Vote> against =
        votes.stream().filter(vote -> vote.choice() == Vote.Choice.DENY).findFirst();
    if (against.isPresent()) {
      return decided(progress, denied(against.get().sentence()), new Transaction("denied"));
    }
    if (votes.size() >= plan.head().approval().orElseThrow().count()) {
      return decided(progress, approved(votes), new Transaction("approved"));
    }
    return over
        ? decided(progress, expired(plan), new Transaction("expired"))
        : Step.none(progress.fence());
  }

  /** A successor has as much time as there is left by its clock, and counts that as it passes. */
  private boolean isOver(Progress progress) {
    Plan plan = progress.plan();
    Instant until = plan.voting().orElseThrow().until();
    String now = progress.fence() + "/" + plan.event().id() + "/" + plan.current() + "/" + until;
    if (!known.equals(now)) {
      known = now;
      elapsed.reset(ASKED);
      Duration most = Duration.ofSeconds(plan.head().approval().orElseThrow().timeoutSeconds());
      Duration left = Duration.between(clock.instant(), until);
      allowed = left.compareTo(most) > 0 ? most : left;
    }
    return elapsed.of(ASKED).compareTo(allowed) >= 0;
  }

  /** Whoever wrote it should have known: it is struck out, and its voter may vote as he may. */
  private Optional<String> objection(Plan plan, Vote vote) {
    Voting voting = plan.voting().orElseThrow();
    boolean other = !vote.eventId().equals(plan.event().id()) || vote.no() != plan.current();
    if (other) {
      return Optional.of("it is about something else");
    }
    return vote.at().isAfter(voting.until())
        ? Optional.of("it was cast after " + voting.until())
        : signatures
            .refusal(vote)
            .or(() -> plan.head().approval().orElseThrow().objection(vote, plan.event().by()));
  }

  private Step struck(Progress progress, List<Vote> refused) {
    Plan plan = progress.plan();
    Plan without = plan.without(refused);
    Transaction strike = new Transaction("strike vote").and(result(without));
    for (Vote vote : refused) {
      strike.delete(keys.approval(plan.event().id(), plan.current(), vote.user()));
      LOG.warn(
          "event={} no={} vote={} state=struck-out {}",
          plan.event().id(),
          plan.current(),
          vote.by(),
          objection(plan, vote).orElseThrow());
    }
    return Step.of(progress.fence(), Move.to(progress, without, strike, Move.Finished.NOTHING));
  }

  private Step decided(Progress progress, Outcome outcome, Transaction decision) {
    return closing.of(progress, outcome, clock.instant()).after(decision);
  }

  private static Outcome denied(String why) {
    return Outcome.error(Reason.DENIED, why);
  }

  private static Outcome approved(List<Vote> votes) {
    String by = votes.stream().map(Vote::words).collect(Collectors.joining(", "));
    return new Outcome(Status.SUCCESS, Optional.empty(), Optional.of("approved by " + by));
  }

  private static Outcome expired(Plan plan) {
    Approval approval = plan.head().approval().orElseThrow();
    List<Vote> votes = plan.voting().orElseThrow().votes();
    String so =
        "within "
            + approval.timeoutSeconds()
            + " s "
            + votes.size()
            + " of "
            + approval.count()
            + " have agreed"
            + (votes.isEmpty()
                ? ""
                : " (" + votes.stream().map(Vote::words).collect(Collectors.joining(", ")) + ")");
    return approval.onTimeout() == Approval.OnTimeout.APPROVE
        ? new Outcome(
            Status.SUCCESS,
            Optional.empty(),
            Optional.of("approved by its timeout, since nobody was against it: " + so))
        : denied("denied by its timeout: " + so + "; asked were " + approval.whose());
  }
}
