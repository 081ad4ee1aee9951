package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * That somebody wants an event to end now.
 *
 * @param by who: user@host
 * @param reason for people
 */
public record Cancellation(String by, Instant at, Optional<String> reason) {

  private static final int REASON_LIMIT = 500;

  public Cancellation {
    Objects.requireNonNull(by, "By");
    Objects.requireNonNull(at, "At");
    reason = reason == null ? Optional.empty() : reason;
    reason = reason.map(text -> text.substring(0, Math.min(REASON_LIMIT, text.length())));
  }

  /** {@code cancelled by root@host: the reason}. */
  @JsonIgnore
  public String sentence() {
    return "cancelled by " + by + reason.map(text -> ": " + text).orElse("");
  }

  /** What comes of whatever has not ended. */
  public Outcome outcome() {
    return Outcome.error(Reason.CANCELLED, sentence());
  }
}
