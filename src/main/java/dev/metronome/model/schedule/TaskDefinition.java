package dev.metronome.model.schedule;

import dev.metronome.model.record.Approval;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A named list of operations that a node runs in order.
 *
 * @param description may be empty
 * @param timeout the task's own, else the file's {@code default.timeout}, else {@link
 *     #DEFAULT_TIMEOUT}
 * @param crashRetry whether it may run again after its agent died during it
 * @param retry whether it is tried again after it failed
 * @param runAs the account that its programs run as, if the file says so
 * @param undo what takes back on a node what it has done there; may be none
 */
public record TaskDefinition(
    String name,
    String description,
    Duration timeout,
    Unreachable unreachable,
    OnLost onLost,
    CrashRetry crashRetry,
    Retry retry,
    Optional<String> runAs,
    List<Operation> operations,
    List<Operation> undo,
    Position position) {
  /** Where the file says nothing. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(30);

  public TaskDefinition {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(description, "description");
    Objects.requireNonNull(timeout, "timeout");
    Objects.requireNonNull(unreachable, "unreachable");
    Objects.requireNonNull(onLost, "onLost");
    Objects.requireNonNull(crashRetry, "crashRetry");
    Objects.requireNonNull(retry, "retry");
    Objects.requireNonNull(runAs, "runAs");
    Objects.requireNonNull(position, "position");
    operations = List.copyOf(operations);
    undo = List.copyOf(undo);
  }

  /** Of a step that asks somebody: it runs nothing. */
  static TaskDefinition asking(Approval approval, Position position) {
    return new TaskDefinition(
        Approval.STEP,
        approval.message(),
        Duration.ofSeconds(approval.timeoutSeconds()),
        Unreachable.FAIL,
        OnLost.CONTINUE,
        CrashRetry.NEVER,
        Retry.NEVER,
        Optional.empty(),
        List.of(),
        List.of(),
        position);
  }

  /** What takes it back, as a task: its own settings count. */
  public TaskDefinition undoing() {
    return new TaskDefinition(
        name,
        description,
        timeout,
        unreachable,
        onLost,
        crashRetry,
        retry,
        runAs,
        undo,
        List.of(),
        position);
  }
}
