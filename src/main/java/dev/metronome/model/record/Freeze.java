package dev.metronome.model.record;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * {@code freeze/…}: that nothing is to begin, of one event or of all, until somebody thaws it.
 *
 * @param event the only one that it is about; absent: all
 * @param by who: user@host
 * @param until when it ends by itself; absent: never
 */
public record Freeze(
    int format,
    Optional<String> event,
    String by,
    Instant at,
    String reason,
    Optional<Instant> until) {

  private static final int REASON_LIMIT = 500;

  public Freeze {
    event = event == null ? Optional.empty() : event;
    Objects.requireNonNull(by, "By");
    Objects.requireNonNull(at, "At");
    Objects.requireNonNull(reason, "Reason");
    reason = reason.substring(0, Math.min(REASON_LIMIT, reason.length()));
    until = until == null ? Optional.empty() : until;
  }

  public static Freeze of(
      Optional<String> event, String by, Instant at, String reason, Optional<Instant> until) {
    return new Freeze(Format.CURRENT, event, by, at, reason, until);
  }

  /** Whether it is about an event of this name. */
  public boolean holds(String eventName) {
    return event.isEmpty() || event.get().equals(eventName);
  }

  /** Whether it has ended by itself. */
  public boolean isOver(Instant now) {
    return until.filter(end -> !now.isBefore(end)).isPresent();
  }

  /** {@code all events are frozen by root@host: the database is moved}. */
  public String sentence() {
    return event.map(name -> "the event " + name + " is").orElse("all events are")
        + " frozen by "
        + by
        + ": "
        + reason;
  }
}
