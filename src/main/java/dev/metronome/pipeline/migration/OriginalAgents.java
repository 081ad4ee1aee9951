package dev.metronome.pipeline.migration;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether agents of the original work, judged by their lock: each takes it once a second, for some
 * milliseconds, so what tells is that it has changed, or stays as it is.
 *
 * <p><em>Does not guarantee</em> to notice a cluster all of whose agents run tasks meanwhile: they
 * let go of the lock for that long.
 *
 * <p>Used by one thread at a time.
 */
public final class OriginalAgents {

  /** So long the lock must stay as it is before its agents count as gone: five of their polls. */
  public static final Duration QUIET = Duration.ofSeconds(5);

  /** How it stands with them. */
  public enum Life {
    /** Nothing of the original is there, not even its lock. */
    ABSENT,
    /** Its lock is held, or has changed within the time. */
    AT_WORK,
    /** Nothing was seen of them, but not for long enough. */
    UNCERTAIN,
    /** The lock has stayed as it is for so long that none can be at work. */
    GONE
  }

  private final LongSupplier nanos;
  private final Duration quiet;
  private long index = -1;
  private long since;
  private boolean moved;

  /**
   * @param quiet how long the lock must stay as it is
   */
  public OriginalAgents(LongSupplier nanos, Duration quiet) {
    this.nanos = nanos;
    this.quiet = quiet;
  }

  /** Judges one more look. */
  public Life seen(OriginalState state) {
    long now = nanos.getAsLong();
    if (state.isEmpty()) {
      index = -1;
      return Life.ABSENT;
    }
    if (state.isHeld() || state.lockIndex() != index) {
      moved = state.isHeld() || index >= 0;
      index = state.lockIndex();
      since = now;
    }
    if (now - since >= quiet.toNanos() && !state.isHeld()) {
      return Life.GONE;
    }
    return moved ? Life.AT_WORK : Life.UNCERTAIN;
  }
}
