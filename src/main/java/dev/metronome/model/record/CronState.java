package dev.metronome.model.record;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * {@code cron/NAME}: how far the ticks of an event's {@code cron} have come. It stays when results
 * go, so that no tick runs again.
 *
 * @param last the last tick that was dealt with, or when the cron was first seen
 * @param fired the last tick that became an event
 * @param paused who does not want it to be fired at present
 */
public record CronState(
    int format, Instant last, Optional<Instant> fired, Optional<Cancellation> paused) {

  public CronState {
    Objects.requireNonNull(last, "Last");
    fired = fired == null ? Optional.empty() : fired;
    paused = paused == null ? Optional.empty() : paused;
  }

  /** Of one that nobody has seen before: what was before is no tick of it. */
  public static CronState since(Instant now) {
    return new CronState(Format.CURRENT, now, Optional.empty(), Optional.empty());
  }

  /** The same, with a tick that became an event. */
  public CronState fired(Instant tick) {
    return new CronState(Format.CURRENT, later(tick), Optional.of(tick), paused);
  }

  /** The same, with a tick that did not. */
  public CronState left(Instant tick) {
    return new CronState(Format.CURRENT, later(tick), fired, paused);
  }

  /** The same, not to be fired until somebody resumes it. */
  public CronState paused(Cancellation by) {
    return new CronState(Format.CURRENT, last, fired, Optional.of(by));
  }

  /** The same, to be fired again; what would have been meanwhile is no tick of it. */
  public CronState resumed(Instant now) {
    return new CronState(Format.CURRENT, later(now), fired, Optional.empty());
  }

  private Instant later(Instant tick) {
    return tick.isAfter(last) ? tick : last;
  }
}
