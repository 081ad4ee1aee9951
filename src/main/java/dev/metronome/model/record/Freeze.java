package dev.metronome.model.record;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * {@code freeze/…}: that nothing is to begin, of an event, a lane or at all, until somebody thaws
 * it.
 *
 * @param event the only one that it is about
 * @param lane the only one that it is about; without either it is about all
 * @param by who: user@host
 * @param until when it ends by itself; absent: never
 */
public record Freeze(
    int format,
    Optional<String> event,
    Optional<String> lane,
    String by,
    Instant at,
    String reason,
    Optional<Instant> until) {

  private static final int REASON_LIMIT = 500;

  public Freeze {
    event = event == null ? Optional.empty() : event;
    lane = lane == null ? Optional.empty() : lane;
    Objects.requireNonNull(by, "By");
    Objects.requireNonNull(at, "At");
    Objects.requireNonNull(reason, "Reason");
    reason = reason.substring(0, Math.min(REASON_LIMIT, reason.length()));
    until = until == null ? Optional.empty() : until;
  }

  public static Freeze of(
      FreezeScope scope, String by, Instant at, String reason, Optional<Instant> until) {
    return new Freeze(Format.CURRENT, scope.event(), scope.lane(), by, at, reason, until);
  }

  /** What it is about. */
  public FreezeScope scope() {
    return new FreezeScope(event, lane);
  }

  /** Whether it is about an event of this name, in its lane. */
  public boolean holds(String eventName, String laneName) {
    return scope().holds(eventName, laneName);
  }

  /** Whether it has ended by itself. */
  public boolean isOver(Instant now) {
    return until.filter(end -> !now.isBefore(end)).isPresent();
  }

  /** {@code all events are frozen by root@host: the database is moved}. */
  public String sentence() {
    String subject = scope().subject();
    return subject
        + (subject.startsWith("all") ? " are" : " is")
        + " frozen by "
        + by
        + ": "
        + reason;
  }
}
