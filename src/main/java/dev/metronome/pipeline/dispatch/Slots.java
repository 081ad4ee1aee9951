package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Lane;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Slot;
import dev.metronome.model.record.UnreadableRecordException;
import dev.metronome.pipeline.queue.Queue;
import dev.metronome.pipeline.queue.QueueItem;
import dev.metronome.pipeline.queue.QueueSnapshot;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;

/**
 * The slots of all lanes as the leader knows them: the plans that stand there, the claims that
 * their head tasks have, and what puts another plan in the place of one. Thread-safe.
 */
public final class Slots {

  private final ConsulConnection connection;
  private final Keys keys;
  private final QueueSnapshot view;
  private final Map<String, LaneSlot> known = new ConcurrentSkipListMap<>();

  public Slots(ConsulConnection connection, Keys keys) {
    this.connection = connection;
    this.keys = keys;
    this.view =
        QueueSnapshot.ofSlots(
            entry -> Slot.name(keys, entry.key(), entry.value()),
            entry -> !Slot.isVacant(entry.value()));
    of(Keys.COMMON_LANE);
  }

  QueueSnapshot view() {
    return view;
  }

  private LaneSlot of(String slot) {
    return known.computeIfAbsent(slot, name -> new LaneSlot(name, connection, keys, view));
  }

  /** The epochs of a slot. */
  public Epochs epochs(String slot) {
    return of(slot).epochs();
  }

  /** The watches of claims, of every slot that has been seen. */
  List<Queue.Followed> followed() {
    return known.values().stream().map(LaneSlot::followed).toList();
  }

  /** What was read below the progress queue's prefix. */
  void observe(List<Entry> entries) {
    for (Entry entry : entries) {
      Slot.name(keys, entry.key(), entry.value()).ifPresent(slot -> of(slot).observe(entry));
    }
  }

  /** Reads the claims of what is in progress. */
  void lookForClaims() {
    known.values().forEach(LaneSlot::lookForClaims);
  }

  /** The names of those in which events are in progress. */
  Set<String> occupied() {
    return view.all().stream().map(QueueItem::id).collect(Collectors.toSet());
  }

  /** Which events are in progress in a lane, as far as their plans can be read. */
  List<String> eventsIn(Lane lane) {
    return view.all().stream()
        .filter(item -> Lane.of(item.id()).equals(lane.name()))
        .flatMap(item -> of(item.id()).plan(item.entry()).stream())
        .map(plan -> plan.event().id())
        .toList();
  }

  boolean isVacant(String slot) {
    return view.waiting(slot).isEmpty();
  }

  /** Whether a node is at work on what stands in another slot than this: it does one at a time. */
  public boolean occupyElsewhere(String slot, String node) {
    return known.entrySet().stream()
        .anyMatch(other -> !other.getKey().equals(slot) && other.getValue().occupies(node));
  }

  /**
   * The plan of an item.
   *
   * @throws UnreadableRecordException if it is none
   */
  Plan plan(QueueItem item) {
    Plan plan = of(item.id()).plans().read(item.entry());
    if (!plan.slot().equals(item.id())) {
      throw new UnreadableRecordException(item.entry().key(), "its plan is for another slot");
    }
    return plan;
  }

  /** The same, with its claims as they were read last. */
  Progress progress(QueueItem item, String fence, Instant now) {
    Plan plan = plan(item);
    List<Entry> claims = of(item.id()).claims();
    long index = item.entry().modifyIndex();
    return Progress.of(plan, index, keys.claims(plan), claims, fence, now);
  }

  /** Whether an item is what is known to stand there. */
  boolean isIn(QueueItem item) {
    long index = item.entry().modifyIndex();
    return view.item(item.id()).filter(now -> now.entry().modifyIndex() == index).isPresent();
  }

  /** Says that nothing is in progress. */
  byte[] vacant(String slot) {
    return Slot.vacant(epochs(slot).current());
  }

  byte[] holding(Plan plan) {
    LaneSlot slot = of(plan.slot());
    return slot.plans().written(plan.epoch() > 0 ? plan : plan.in(slot.epochs().current()));
  }

  /** What stands in its slot after a step; empty if that stays as it is. */
  Optional<byte[]> after(Step step) {
    return step.moves().stream().noneMatch(Move::isStep)
        ? Optional.empty()
        : Optional.of(step.plan().map(this::holding).orElseGet(() -> vacant(step.slot())));
  }

  /**
   * Puts this there, if it is as it was read.
   *
   * @param read the event that was in progress then; else the slot was empty, or never made
   */
  // INVARIANT: order of events, one at a time in a slot: it must be as it was read.
  Transaction replacing(String slot, Optional<Progress> read, byte[] value) {
    String key = keys.plan(slot);
    Optional<Long> index =
        read.map(Progress::planIndex)
            .or(
                () ->
                    view.item(slot)
                        .map(QueueItem::entry)
                        .filter(there -> Slot.isVacant(there.value())) // a watch may know more now
                        .map(Entry::modifyIndex));
    return index
        .map(there -> new Transaction().compareAndSet(key, value, there))
        .orElseGet(() -> new Transaction().checkNotExists(key).set(key, value));
  }

  /** Fails if something else has been put there since. */
  Transaction unchanged(String slot, long index) {
    return new Transaction().checkIndex(keys.plan(slot), index);
  }

  /** This was put there. */
  void written(String slot, byte[] value, long index) {
    of(slot);
    Entry entry = new Entry(keys.plan(slot), value, index, index, 0, Optional.empty());
    view.put(new QueueItem(slot, entry), index);
  }
}
