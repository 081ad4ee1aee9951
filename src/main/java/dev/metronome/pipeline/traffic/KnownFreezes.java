package dev.metronome.pipeline.traffic;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Plan;
import dev.metronome.pipeline.membership.Leadership;
import dev.metronome.pipeline.traffic.Freezes.Standing;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/**
 * What the leader knows of freezes, so that it does not try in vain: read when it begins to lead,
 * again when a transaction of its own was refused for one, and each second while it knows of any.
 * Thread-safe.
 */
public final class KnownFreezes {

  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final Freezes freezes;
  private final Keys keys;
  private final Leadership leadership;
  private final Clock clock;
  private final LongSupplier nanos;
  private final IntConsumer listener;
  private Optional<List<Standing>> known = Optional.empty();
  private long readNanos;

  /**
   * @param listener hears how many there are, whenever they are read
   */
  public KnownFreezes(
      Freezes freezes,
      Keys keys,
      Leadership leadership,
      Clock clock,
      LongSupplier nanos,
      IntConsumer listener) {
    this.listener = listener;
    this.freezes = freezes;
    this.keys = keys;
    this.leadership = leadership;
    this.clock = clock;
    this.nanos = nanos;
    leadership.listen(
        leader -> {
          suspect();
          listener.accept(0);
        });
  }

  /** There may be others now. */
  public synchronized void suspect() {
    known = Optional.empty();
  }

  /** What keeps an event from beginning anything in its lane now. */
  public Optional<Standing> against(Event event, String lane) {
    return event.override().isPresent() ? Optional.empty() : against(event, lane, now());
  }

  /** What of these keeps an event from beginning anything in its lane, unless it overrides. */
  Optional<Standing> against(Event event, String lane, List<Standing> freezes) {
    return freezes.stream().filter(each -> each.holds(event.name(), lane, keys)).findFirst();
  }

  /** All that are known now. */
  synchronized List<Standing> now() {
    boolean fresh = nanos.getAsLong() - readNanos < AGAIN.toNanos();
    if (known.isEmpty() || (!known.get().isEmpty() && !fresh)) {
      readNanos = nanos.getAsLong();
      List<Standing> all = freezes.standing();
      Optional<Transaction> fence = leadership.fenced();
      known =
          Optional.of(
              fence.isPresent() && !all.isEmpty()
                  ? freezes.withoutThoseOver(all, clock.instant(), fence.get())
                  : all);
      listener.accept(known.get().size());
    }
    return known.get();
  }

  /** What a transaction checks that begins something of what a plan is for. */
  public Transaction checks(Plan plan) {
    return freezes.checks(plan.event(), plan.lane());
  }
}
