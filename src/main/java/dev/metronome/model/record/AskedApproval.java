package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An approval as its result tells of it.
 *
 * @param until absent before it is open
 */
public record AskedApproval(
    @JsonUnwrapped Approval approval,
    Optional<Instant> until,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Vote> votes) {
  public AskedApproval {
    until = until == null ? Optional.empty() : until;
    votes = votes == null ? List.of() : List.copyOf(votes);
  }

  /** That of a task, if it is one. */
  public static Optional<AskedApproval> of(PlannedTask task, Optional<Voting> voting) {
    return task.approval()
        .map(
            it ->
                new AskedApproval(
                    it, voting.map(Voting::until), voting.map(Voting::votes).orElse(List.of())));
  }
}
