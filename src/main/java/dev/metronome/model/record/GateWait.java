package dev.metronome.model.record;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * That a task waits at its gate of health.
 *
 * @param until when the gate fails; it stays the same with another leader
 * @param since when it began to be so, as this leader has seen it
 * @param what it waits for, in words: {@code app-7: check `http` critical}; absent while all is
 *     well and has to stay so
 */
public record GateWait(Instant until, Instant since, Optional<String> what) {
  public GateWait {
    Objects.requireNonNull(until, "Until");
    Objects.requireNonNull(since, "Since");
    what = what == null ? Optional.empty() : what;
  }
}
