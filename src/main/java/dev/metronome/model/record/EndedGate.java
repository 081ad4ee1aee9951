package dev.metronome.model.record;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A gate of health that a task has waited at.
 *
 * @param batch behind which it stood; 0 is the one before the first batch of a retry, and 1 the one
 *     of a task that is not in batches
 * @param status success or error
 * @param startedAt when the last node of the batch had ended
 * @param message why it has failed; absent if it was passed
 */
public record EndedGate(
    int batch, Status status, Instant startedAt, Instant finishedAt, Optional<String> message) {
  public EndedGate {
    Objects.requireNonNull(status, "Status");
    Objects.requireNonNull(startedAt, "StartedAt");
    Objects.requireNonNull(finishedAt, "FinishedAt");
    message = message == null ? Optional.empty() : message;
  }
}
