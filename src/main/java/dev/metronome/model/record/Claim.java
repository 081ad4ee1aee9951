package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A node's atomic taking of a task. Locked by the node's session while the task runs; then it holds
 * the outcome, until the leader closes the task.
 *
 * @param incarnation the very process that runs it: node, start time, random part
 * @param attempt from 1; more than 1 only for a task that is retryable or has a retry
 * @param before how the attempt before this one failed and when this one begins, for people
 */
public record Claim(
    int format,
    @JsonProperty("EventID") String eventId,
    int no,
    String node,
    String incarnation,
    int attempt,
    Instant startedAt,
    Optional<Instant> finishedAt,
    Optional<Outcome> outcome,
    Optional<String> before) {

  public Claim {
    Objects.requireNonNull(eventId, "EventID");
    Objects.requireNonNull(node, "Node");
    Objects.requireNonNull(startedAt, "StartedAt");
    Objects.requireNonNull(incarnation, "Incarnation");
    finishedAt = finishedAt == null ? Optional.empty() : finishedAt;
    outcome = outcome == null ? Optional.empty() : outcome;
    before = before == null ? Optional.empty() : before;
  }

  public static Claim running(
      Assignment assignment, String node, String incarnation, int attempt, Instant at) {
    return of(assignment.event().id(), assignment.task().no(), node, incarnation, attempt, at);
  }

  /** Of a task that the node has not taken: for whoever ends it there all the same. */
  public static Claim untaken(String eventId, int no, String node, Instant at) {
    return of(eventId, no, node, "never taken", 0, at);
  }

  /** Whether a node has ever taken it. */
  @JsonIgnore
  public boolean isTaken() {
    return attempt > 0;
  }

  public static Claim of(
      String eventId, int no, String node, String incarnation, int attempt, Instant at) {
    return new Claim(
        Format.CURRENT,
        eventId,
        no,
        node,
        incarnation,
        attempt,
        at,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Which task of which event. */
  public String taskId() {
    return TaskId.of(eventId, no);
  }

  public Claim ended(Instant at, Outcome how) {
    return new Claim(
        format,
        eventId,
        no,
        node,
        incarnation,
        attempt,
        startedAt,
        Optional.of(at),
        Optional.of(how),
        before);
  }

  /**
   * The same process tries the task once more.
   *
   * @param why how this attempt has failed and when the next one begins, for people
   */
  public Claim again(String why) {
    return new Claim(
        format,
        eventId,
        no,
        node,
        incarnation,
        attempt + 1,
        startedAt,
        finishedAt,
        outcome,
        Optional.of(why));
  }
}
