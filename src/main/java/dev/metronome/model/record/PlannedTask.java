package dev.metronome.model.record;

import java.util.Objects;
import java.util.Optional;

/**
 * One ordered entry of a plan.
 *
 * @param no place in the event, from 0 through all patterns
 * @param pattern the pattern that defines the task
 * @param task the task's name in that pattern
 * @param service Consul service that a target must have; absent means every node with a live agent
 * @param tag tag that the service must have on the target
 * @param skippable whether it is skipped, rather than timed out, when nobody matches
 * @param skipUnreachable whether nodes that cannot take it are left out, rather than fail it
 * @param retryable whether an interrupted run may be run again
 * @param maxAttempts how often it may be run at most on one node
 */
public record PlannedTask(
    int no,
    String pattern,
    String task,
    Optional<String> service,
    Optional<String> tag,
    boolean skippable,
    boolean skipUnreachable,
    boolean retryable,
    int maxAttempts) {

  public PlannedTask {
    Objects.requireNonNull(pattern, "Pattern");
    Objects.requireNonNull(task, "Task");
    service = service == null ? Optional.empty() : service;
    tag = tag == null ? Optional.empty() : tag;
  }

  /** Whether a node that cannot take it is left out, rather than failing it or being awaited. */
  public boolean leavesOut() {
    return skipUnreachable || service.isEmpty();
  }

  /** The filter for people: {@code service tag}, {@code service}, or {@code every node}. */
  public String filter() {
    return service.map(s -> s + tag.map(t -> " " + t).orElse("")).orElse("every node");
  }
}
