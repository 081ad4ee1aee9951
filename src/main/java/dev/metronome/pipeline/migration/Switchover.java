package dev.metronome.pipeline.migration;

import dev.metronome.consul.Transaction;
import dev.metronome.pipeline.membership.Leadership;
import dev.metronome.pipeline.migration.OriginalAgents.Life;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leader's care that a cluster is either the original's or ours: it takes over what the
 * original left, and has events wait while agents of the original work.
 *
 * <p><em>Guarantees</em>: nothing is dispatched unless it was looked in this term, and within a
 * minute. Thread-safe.
 *
 * <p><em>Does not guarantee</em> to notice at once that an agent of the original was started again:
 * it looks every five minutes where there is nothing of the original and no event waits.
 */
public final class Switchover {

  private static final Logger LOG = LoggerFactory.getLogger(Switchover.class);
  private static final Duration RARELY = Duration.ofMinutes(5);
  private static final Duration MOST_OUTDATED = Duration.ofMinutes(1);
  private static final Duration REMINDER = Duration.ofMinutes(10);

  private static final String REMEDY =
      "stop the original on every server, and what it left is taken over";

  private final Migration migration;
  private final Leadership leadership;
  private final OriginalAgents agents;
  private final LongSupplier nanos;
  private final Runnable cleared;
  private final Runnable changed;
  private volatile Optional<String> term = Optional.empty();
  private volatile Life life = Life.UNCERTAIN;
  private long lookedNanos;
  private long saidNanos;
  private volatile boolean clear;

  /**
   * @param cleared is called when events need no longer wait
   * @param changed is called when there is something else to be {@linkplain #finding said}
   */
  public Switchover(
      Migration migration,
      Leadership leadership,
      LongSupplier nanos,
      Runnable cleared,
      Runnable changed) {
    this.migration = migration;
    this.leadership = leadership;
    this.nanos = nanos;
    this.agents = new OriginalAgents(nanos, OriginalAgents.QUIET);
    this.cleared = cleared;
    this.changed = changed;
  }

  /** Whether events may be dispatched; looks if nobody has in this term, or of late. */
  public boolean isClear() {
    Optional<String> fence = leadership.fence();
    if (fence.isPresent() && !hasLooked(fence)) {
      look(MOST_OUTDATED);
    }
    return clear && fence.isPresent();
  }

  private synchronized boolean hasLooked(Optional<String> fence) {
    return term.equals(fence) && nanos.getAsLong() - lookedNanos < MOST_OUTDATED.toNanos();
  }

  /** Looks, if it is time to, and does what is to be done; nothing if this agent does not lead. */
  public void look() {
    look(RARELY);
  }

  private synchronized void look(Duration outdated) {
    Optional<String> fence = leadership.fence();
    boolean known = term.equals(fence) && life == Life.ABSENT;
    if (fence.isEmpty() || (known && nanos.getAsLong() - lookedNanos < outdated.toNanos())) {
      return;
    }
    OriginalState state = migration.look();
    Life now = agents.seen(state);
    lookedNanos = nanos.getAsLong();
    if (now == Life.GONE) {
      takeOver(state, fence.get());
      now = Life.ABSENT;
    }
    say(now);
    boolean other = life != now || !term.equals(fence);
    life = now;
    term = fence;
    boolean before = clear;
    clear = now == Life.ABSENT;
    if (clear && !before) {
      cleared.run();
    }
    if (other) {
      changed.run();
    }
  }

  /** What people are to know: why events wait. Empty if this agent does not lead. */
  public Optional<String> finding() {
    if (term.isEmpty() || !term.equals(leadership.fence())) {
      return Optional.empty();
    }
    return switch (life) {
      case AT_WORK -> Optional.of("an agent of the original is at work: events wait; " + REMEDY);
      case UNCERTAIN ->
          Optional.of("its queues or its lock are here: events wait until they are taken over");
      case ABSENT, GONE -> Optional.empty();
    };
  }

  private void takeOver(OriginalState state, String fence) {
    MigrationReport done;
    try {
      done =
          migration.takeOver(state, () -> new Transaction().checkSession(leadership.key(), fence));
    } catch (DisturbedException e) {
      leadership.suspect();
      throw e;
    }
    done.accepted()
        .forEach(
            event ->
                LOG.info(
                    "event={} name={} state=accepted source={}",
                    event.id(),
                    event.name(),
                    event.source()));
    done.known().forEach(id -> LOG.info("event={} state=duplicate of the original's queue", id));
    done.ended().forEach(id -> LOG.warn("event={} state=error begun by the original", id));
    done.faults().forEach(fault -> LOG.error("original state=set-aside {}", fault));
    LOG.info(
        "original state=taken-over accepted={} ended={}",
        done.accepted().size(),
        done.ended().size());
  }

  private void say(Life now) {
    boolean due = nanos.getAsLong() - saidNanos >= REMINDER.toNanos();
    if (Objects.equals(now, life) && !due) {
      return;
    }
    if (now == Life.AT_WORK) {
      saidNanos = nanos.getAsLong();
      LOG.warn(
          "original state=at-work an agent of the original takes its lock: events are accepted and"
              + " wait, so that none runs twice; {}",
          REMEDY);
    } else if (now == Life.UNCERTAIN) {
      saidNanos = nanos.getAsLong();
      LOG.info(
          "original state=found its queues or its lock are here; they are taken over when its lock"
              + " has not changed for {} s",
          OriginalAgents.QUIET.toSeconds());
    }
  }
}
