package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * An approval of an event that has ended, as the event's own result tells of it; the votes
 * themselves stand in that of its task.
 *
 * @param no of its task
 * @param task the name of that
 * @param status success if the event was let go on, by votes or by the deadline
 * @param at when the leader has closed it
 * @param by who has agreed, or who was against it: user@host; none if nobody decided it
 * @param message all of it, a sentence
 */
public record DecidedApproval(
    int no,
    String task,
    Status status,
    Instant at,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> by,
    Optional<String> message) {

  public DecidedApproval {
    Objects.requireNonNull(task, "Task");
    Objects.requireNonNull(status, "Status");
    Objects.requireNonNull(at, "At");
    by = by == null ? List.of() : List.copyOf(by);
    message = message == null ? Optional.empty() : message;
  }

  /** That of a plan's head task, an approval. */
  static DecidedApproval of(Plan plan, Outcome outcome, Instant at) {
    Vote.Choice decisive =
        outcome.status() == Status.SUCCESS ? Vote.Choice.APPROVE : Vote.Choice.DENY;
    List<String> by =
        plan.voting().map(Voting::votes).orElse(List.of()).stream()
            .filter(vote -> vote.choice() == decisive)
            .map(Vote::by)
            .toList();
    PlannedTask task = plan.head();
    return new DecidedApproval(task.no(), task.task(), outcome.status(), at, by, outcome.message());
  }
}
