package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * {@code results/EVENT_ID/NO/NODE}: how a task stands on one node. The outside world reads it.
 *
 * @param startedAt absent of a node that never took the task
 * @param message why it has ended so; of one in progress, why it is not the first attempt
 * @param attempt which one it is; absent for the first
 */
public record NodeResult(
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) int format,
    @JsonProperty("EventID") String eventId,
    int no,
    String node,
    Status status,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt,
    Optional<Reason> reason,
    Optional<String> message,
    Optional<Integer> attempt)
    implements Result {

  public NodeResult {
    Objects.requireNonNull(eventId, "EventID");
    Objects.requireNonNull(node, "Node");
    Objects.requireNonNull(status, "Status");
    attempt = attempt == null ? Optional.empty() : attempt;
  }

  /** As the claim has it: running, or ended. */
  public static NodeResult of(Claim claim) {
    return new NodeResult(
        Format.CURRENT,
        claim.eventId(),
        claim.no(),
        claim.node(),
        claim.outcome().map(Outcome::status).orElse(Status.INPROGRESS),
        Optional.of(claim).filter(Claim::isTaken).map(Claim::startedAt),
        claim.finishedAt(),
        claim.outcome().flatMap(Outcome::reason),
        claim.outcome().isPresent() ? claim.outcome().flatMap(Outcome::message) : claim.before(),
        Optional.of(claim.attempt()).filter(number -> number > 1));
  }
}
