package dev.metronome.model.record;

import java.util.Optional;

/**
 * The condition after each batch of a task: Consul finds its nodes and their instances of the
 * task's service well.
 *
 * @param forSeconds how long without a break
 * @param withinSeconds how long that may take from when the batch has ended
 * @param keep how many instances of the service beside a batch must be well before it opens;
 *     absent: none
 */
public record HealthGate(long forSeconds, long withinSeconds, Optional<Share> keep) {
  public HealthGate {
    if (forSeconds < 0 || withinSeconds < forSeconds) {
      throw new IllegalArgumentException(
          "no gate for " + forSeconds + " s within " + withinSeconds + " s");
    }
    keep = keep == null ? Optional.empty() : keep;
  }
}
