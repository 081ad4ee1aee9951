package dev.metronome.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * {@code results/EVENT_ID/NO}: how a task stands. The outside world reads it.
 *
 * @param pattern empty if the original wrote it
 * @param targets none if the original wrote it
 */
public record TaskResult(
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) int format,
    @JsonProperty("EventID") String eventId,
    int no,
    String name,
    Status status,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt,
    Optional<Reason> reason,
    Optional<String> message,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String pattern,
    List<String> targets)
    implements Result {

  public TaskResult {
    Objects.requireNonNull(eventId, "EventID");
    Objects.requireNonNull(name, "Name");
    Objects.requireNonNull(status, "Status");
    pattern = pattern == null ? "" : pattern;
    targets = targets == null ? List.of() : List.copyOf(targets);
  }

  public static TaskResult opened(Plan plan) {
    return of(plan, Status.INPROGRESS, Optional.empty(), Optional.empty(), Optional.empty());
  }

  public static TaskResult ended(Plan plan, Instant at, Outcome how) {
    return of(plan, how.status(), Optional.of(at), how.reason(), how.message());
  }

  private static TaskResult of(
      Plan plan,
      Status status,
      Optional<Instant> finished,
      Optional<Reason> reason,
      Optional<String> message) {
    PlannedTask task = plan.head();
    return new TaskResult(
        Format.CURRENT,
        plan.event().id(),
        task.no(),
        task.task(),
        status,
        plan.openedAt(),
        finished,
        reason,
        message,
        task.pattern(),
        plan.targets());
  }
}
