package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Snapshot;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NewerRecordException;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Slot;
import dev.metronome.model.record.UnreadableRecordException;
import dev.metronome.pipeline.queue.ClaimReading;
import dev.metronome.pipeline.queue.Queue;
import dev.metronome.pipeline.queue.QueueItem;
import dev.metronome.pipeline.queue.QueueSnapshot;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The lane's slot as the leader knows it: the plan that stands there, the claims that its head task
 * has, and what puts another plan in its place. Thread-safe.
 */
final class Slots {

  private final Keys keys;
  private final String key;
  private final Epochs epochs;
  private final Plans plans = new Plans();
  private final QueueSnapshot view;
  private final ClaimReading claims;

  Slots(ConsulConnection connection, Keys keys, Epochs epochs) {
    this.keys = keys;
    this.key = keys.plan(Keys.COMMON_LANE);
    this.epochs = epochs;
    this.view =
        QueueSnapshot.ofSlots(
            entry -> keys.lane(entry.key()), entry -> !Slot.isVacant(entry.value()));
    this.claims =
        new ClaimReading(connection, keys, () -> epoch(view.awaitHead(slot -> epoch(slot) > 0)));
  }

  QueueSnapshot view() {
    return view;
  }

  /** The watch of claims; what they do wakes who waits for the slot. */
  Queue.Followed claims() {
    return new Queue.Followed(keys.claims(), claims, Queue.Following.BETWEEN_WRITES, this::claimed);
  }

  private void claimed(Snapshot<List<Entry>> snapshot) {
    if (claims.seen(snapshot.value())) {
      view.wake();
    }
    if (!claims.isWhole()) {
      epochs.broken();
    }
  }

  /** What was read below the progress queue's prefix. */
  void observe(List<Entry> entries) {
    entries.stream()
        .filter(entry -> keys.lane(entry.key()).isPresent())
        .forEach(entry -> epochs.seen(epoch(new QueueItem("", entry))));
  }

  /** The epoch that a slot names; 0 if it names none. */
  private long epoch(QueueItem slot) {
    Entry entry = slot.entry();
    if (Slot.isVacant(entry.value())) {
      return Slot.epoch(entry.key(), entry.value());
    }
    try {
      return plans.read(entry).epoch();
    } catch (UnreadableRecordException | NewerRecordException e) {
      return 0;
    }
  }

  /** Reads the claims of what is in progress. */
  void lookForClaims() {
    claims.look(view.head().map(this::epoch).orElse(0L));
  }

  /**
   * The plan of an item.
   *
   * @throws UnreadableRecordException if it is none
   */
  Plan plan(QueueItem item) {
    return plans.read(item.entry());
  }

  /** The same, with its claims as they were read last. */
  Progress progress(QueueItem item, String fence, Instant now) {
    Plan plan = plan(item);
    String prefix = keys.claims(plan.epoch(), plan.event().id(), plan.current());
    return Progress.of(plan, item.entry().modifyIndex(), prefix, claims.known(), fence, now);
  }

  /** Whether an item is what is known to stand there. */
  boolean isIn(QueueItem item) {
    long index = item.entry().modifyIndex();
    return view.item(item.id()).filter(now -> now.entry().modifyIndex() == index).isPresent();
  }

  /** Says that nothing is in progress. */
  byte[] vacant() {
    return Slot.vacant(epochs.current());
  }

  byte[] holding(Plan plan) {
    return plans.written(plan.epoch() > 0 ? plan : plan.in(epochs.current()));
  }

  /** What stands there after a step; empty if that stays as it is. */
  Optional<byte[]> after(Step step) {
    return step.moves().stream().noneMatch(Move::isStep)
        ? Optional.empty()
        : Optional.of(step.plan().map(this::holding).orElseGet(this::vacant));
  }

  /**
   * Puts this there, if it is as it was read.
   *
   * @param read the event that was in progress then; else the slot was empty, or never made
   */
  // INVARIANT: order of events, one at a time in a lane: the slot must be as it was read.
  Transaction replacing(Optional<Progress> read, byte[] value) {
    Optional<Long> index =
        read.map(Progress::planIndex)
            .or(() -> view.item(Keys.COMMON_LANE).map(slot -> slot.entry().modifyIndex()));
    return index
        .map(known -> new Transaction().compareAndSet(key, value, known))
        .orElseGet(() -> new Transaction().checkNotExists(key).set(key, value));
  }

  /** Fails if something else has been put there since. */
  Transaction unchanged(long index) {
    return new Transaction().checkIndex(key, index);
  }

  /** This was put there. */
  void written(byte[] value, long index) {
    Entry entry = new Entry(key, value, index, index, 0, Optional.empty());
    view.put(new QueueItem(Keys.COMMON_LANE, entry), index);
  }
}
