package dev.metronome.model.record;

/**
 * How a task is rolled out over its nodes: what task.yml says of it, and the leader goes by.
 *
 * @param skippable whether it is skipped, rather than timed out, when nobody matches
 * @param skipUnreachable whether nodes that cannot take it are left out, rather than fail it
 * @param retryable whether an interrupted run may be run again
 * @param maxAttempts how often it may be run at most on one node
 */
public record Rollout(
    boolean skippable, boolean skipUnreachable, boolean retryable, int maxAttempts) {}
