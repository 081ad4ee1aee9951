package dev.metronome.pipeline.steering;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Approval;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Slot;
import dev.metronome.model.record.TaskResult;
import dev.metronome.model.record.Vote;
import dev.metronome.model.record.Voting;
import dev.metronome.model.signature.EventSignatures;
import dev.metronome.pipeline.queue.Buckets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Casts votes about the approvals that events wait for (transaction <em>vote</em>, decision 66).
 * Thread-safe.
 *
 * <p><em>Guarantees</em>: a vote is taken only while the approval is open, once for a user, and
 * stands in the plan, where the leader counts it, in the same transaction: by the conditions of
 * that, not by what was read before.
 *
 * <p><em>Does not guarantee</em> that who votes is who he says: that is for the caller to know.
 */
public final class Voter {

  /** Each attempt is lost to another writer of the same plan, of which there are few. */
  private static final int ATTEMPTS = 50;

  private final ConsulConnection connection;
  private final Keys keys;
  private final Buckets buckets;
  private final EventSignatures signatures;

  /**
   * @param signatures sign votes
   */
  public Voter(ConsulConnection connection, Keys keys, EventSignatures signatures) {
    this.connection = connection;
    this.keys = keys;
    this.buckets = new Buckets(connection, keys);
    this.signatures = signatures;
  }

  /**
   * What somebody wants to say.
   *
   * @param by who: user@host
   * @param groups all that he is of
   */
  public record Wish(
      String eventId,
      String by,
      List<String> groups,
      Vote.Choice choice,
      Instant at,
      Optional<String> reason) {

    private Vote vote(Plan plan) {
      List<String> asked = plan.head().approval().orElseThrow().by();
      return Vote.of(
          eventId,
          plan.current(),
          by,
          groups.stream().filter(asked::contains).toList(),
          choice,
          at,
          reason);
    }
  }

  /** What came of it. */
  public sealed interface Answer {

    /**
     * It counts.
     *
     * @param missing how many more must agree
     */
    record Counted(Vote vote, PlannedTask task, int missing) implements Answer {

      /** {@code task 1 approve is approved: the event goes on}. */
      public String sentence() {
        if (vote.choice() == Vote.Choice.DENY) {
          return task.title() + " is denied: the event ends";
        }
        return missing == 0
            ? task.title() + " is approved: the event goes on"
            : task.title() + " needs " + missing + " more to agree";
      }
    }

    /** It would not count: its voter is none of those who are asked. */
    record Refused(String why) implements Answer {}

    /** There is nothing, or nothing more, to vote about. */
    record Late(String why) implements Answer {}

    /** There is no such event. */
    record Unknown() implements Answer {}

    /** Others have changed it all the time; trying again is safe. */
    record Contended() implements Answer {}
  }

  /** A plan as it was read. */
  private record Standing(Plan plan, Entry slot) {}

  /** Votes about the approval that an event waits for now. */
  public Answer vote(Wish wish) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<Answer> answer = standing(wish.eventId()).flatMap(there -> cast(there, wish));
      if (answer.isPresent()) {
        return answer.get();
      }
      Optional<Answer> gone =
          standing(wish.eventId()).isPresent() ? Optional.empty() : notInProgress(wish.eventId());
      if (gone.isPresent()) {
        return gone.get();
      }
    }
    return new Answer.Contended();
  }

  private Optional<Standing> standing(String eventId) {
    return connection.list(keys.progressQueue()).value().stream()
        .filter(slot -> !Slot.isVacant(slot.value()))
        .flatMap(
            slot ->
                Json.readable(slot.key(), slot.value(), Plan.class).stream()
                    .map(plan -> new Standing(plan, slot)))
        .filter(there -> there.plan().event().id().equals(eventId))
        .findFirst();
  }

  private Optional<Answer> notInProgress(String eventId) {
    if (buckets.find(eventId).isPresent()) {
      return Optional.of(new Answer.Late("it has not begun: it waits in the event queue"));
    }
    Optional<EventResult> result =
        connection
            .get(keys.result(eventId))
            .map(entry -> Json.read(entry.key(), entry.value(), EventResult.class));
    return result.isEmpty()
        ? Optional.of(new Answer.Unknown())
        : result
            .filter(ended -> ended.status().isFinal())
            .map(ended -> new Answer.Late("it has ended before, as " + ended.status().word()));
  }

  /** Empty if it has changed meanwhile. */
  private Optional<Answer> cast(Standing there, Wish wish) {
    Plan plan = there.plan();
    if (plan.isCancelling()) {
      return late("it is being " + plan.cancelled().orElseThrow().sentence());
    }
    if (!plan.isAsking()) {
      return late(notAsking(plan));
    }
    Vote vote = signatures.sign(wish.vote(plan));
    Optional<Answer> known = before(plan, vote);
    if (known.isPresent()) {
      return known;
    }
    Voting voting = plan.voting().orElseThrow();
    if (vote.at().isAfter(voting.until())) {
      return late("its time was over at " + voting.until() + ", by the clock here");
    }
    Approval approval = plan.head().approval().orElseThrow();
    Optional<String> objection = approval.objection(vote, plan.event().by());
    if (objection.isPresent()) {
      return Optional.of(new Answer.Refused(vote.by() + " " + objection.get()));
    }
    return connection.commit(transaction(there, vote)).isDone()
        ? Optional.of(counted(plan.voted(vote), vote))
        : Optional.empty();
  }

  private static Optional<Answer> late(String why) {
    return Optional.of(new Answer.Late(why));
  }

  private static String notAsking(Plan plan) {
    return "it does not wait for an approval now, it is at "
        + plan.head().title()
        + plan.tasks().stream()
            .filter(task -> task.no() >= plan.current() && task.isApproval())
            .findFirst()
            .map(task -> "; " + task.title() + " is still to come")
            .orElse("");
  }

  /** What this user has said before; it may have been this very vote, its answer lost. */
  private static Optional<Answer> before(Plan plan, Vote vote) {
    return plan.voting().orElseThrow().votes().stream()
        .filter(other -> other.user().equals(vote.user()))
        .findFirst()
        .map(
            other ->
                other.equals(vote)
                    ? counted(plan, vote)
                    : new Answer.Late(vote.user() + " has voted before: " + other.sentence()));
  }

  private static Answer counted(Plan plan, Vote vote) {
    long agreed =
        plan.voting().orElseThrow().votes().stream()
            .filter(each -> each.choice() == Vote.Choice.APPROVE)
            .count();
    int missing = (int) (plan.head().approval().orElseThrow().count() - agreed);
    return new Answer.Counted(
        vote, plan.head(), vote.choice() == Vote.Choice.DENY ? 0 : Math.max(0, missing));
  }

  /** A vote that stands alone, since an older plan was put back, is put into that again. */
  private Transaction transaction(Standing there, Vote vote) {
    Optional<Entry> alone = connection.get(keys.approval(vote.eventId(), vote.no(), vote.user()));
    return casting(keys, there.plan(), there.slot().key(), there.slot().modifyIndex(), vote, alone);
  }

  /**
   * What is written.
   *
   * @param plan as it was read
   * @param slot where it stands
   * @param index of that
   * @param alone a vote of the user's that the plan does not know
   */
  // INVARIANT: no vote counts that is cast when its approval is decided, by a check of the slot.
  public static Transaction casting(
      Keys keys, Plan plan, String slot, long index, Vote vote, Optional<Entry> alone) {
    Plan voted = plan.voted(vote);
    String key = keys.approval(vote.eventId(), vote.no(), vote.user());
    Transaction cast =
        new Transaction("vote")
            .compareAndSet(slot, Json.write(voted), index)
            .set(keys.result(vote.eventId(), vote.no()), Json.write(TaskResult.opened(voted)));
    return alone
        .map(entry -> cast.compareAndSet(key, Json.write(vote), entry.modifyIndex()))
        .orElseGet(() -> cast.checkNotExists(key).set(key, Json.write(vote)));
  }
}
