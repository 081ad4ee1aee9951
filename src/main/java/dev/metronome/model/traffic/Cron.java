package dev.metronome.model.traffic;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * {@code cron} of an event: when it is fired by the calendar.
 *
 * @param catchUp which ticks are made up for that nobody was there for
 * @param within how late a tick may be made up for
 * @param overlap what becomes of a tick while the event of the one before has not ended
 */
public record Cron(CronExpression times, CatchUp catchUp, Duration within, Overlap overlap) {

  /** How late a tick may be at all events: a leader may have just gone. */
  public static final Duration GRACE = Duration.ofMinutes(1);

  /** Where the file says nothing. */
  public static final Duration WITHIN = Duration.ofHours(1);

  /** So many ticks are made up for at once, the newest ones (promise 8). */
  public static final int MOST = 100;

  /** Which ticks are made up for. */
  public enum CatchUp {
    NONE,
    LAST,
    ALL;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** What becomes of a tick that comes too early. */
  public enum Overlap {
    /** It is left out, and has a result that says so. */
    SKIP,
    /** It waits in the queue like any other event. */
    QUEUE;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  public Cron {
    Objects.requireNonNull(times, "times");
    Objects.requireNonNull(catchUp, "catchUp");
    Objects.requireNonNull(within, "within");
    Objects.requireNonNull(overlap, "overlap");
  }

  /** The tick after the last one. */
  public Optional<Instant> next(Instant last) {
    return times.next(last);
  }

  /**
   * The ticks that are to be fired now, the oldest first: those since the last one that are not too
   * old, and of those all or the newest alone.
   *
   * @param last the last one that was dealt with, fired or not
   */
  public List<Instant> due(Instant last, Instant now) {
    Duration late = catchUp == CatchUp.NONE || within.compareTo(GRACE) < 0 ? GRACE : within;
    Instant oldest = now.minus(late);
    int most = catchUp == CatchUp.ALL ? MOST : 1;
    Deque<Instant> due = new ArrayDeque<>();
    // A moment less, so that a tick which is just old enough is among them.
    Instant from = last.isBefore(oldest) ? oldest.minusNanos(1) : last;
    Optional<Instant> tick = next(from);
    while (tick.isPresent() && !tick.get().isAfter(now)) {
      due.add(tick.get());
      if (due.size() > most) {
        due.remove();
      }
      tick = next(tick.get());
    }
    return List.copyOf(due);
  }
}
