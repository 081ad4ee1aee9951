package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Snapshot;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NewerRecordException;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Slot;
import dev.metronome.model.record.UnreadableRecordException;
import dev.metronome.pipeline.queue.ClaimReading;
import dev.metronome.pipeline.queue.Queue;
import dev.metronome.pipeline.queue.QueueItem;
import dev.metronome.pipeline.queue.QueueSnapshot;
import java.util.List;
import java.util.Optional;

/**
 * One slot as the leader knows it: the plan that it has read there last, the claims that the head
 * task of that has, and its epochs. Thread-safe.
 */
final class LaneSlot {

  private final String name;
  private final Keys keys;
  private final QueueSnapshot view;
  private final Epochs epochs;
  private final Plans plans = new Plans();
  private final ClaimReading claims;

  /**
   * @param view of all slots
   */
  LaneSlot(String name, ConsulConnection connection, Keys keys, QueueSnapshot view) {
    this.name = name;
    this.keys = keys;
    this.view = view;
    this.epochs = new Epochs(name, keys);
    this.claims = new ClaimReading(connection, () -> view.await(name, this::folder));
  }

  Epochs epochs() {
    return epochs;
  }

  Plans plans() {
    return plans;
  }

  /** As they were read last. */
  List<Entry> claims() {
    return claims.known();
  }

  /** The watch of claims; what they do wakes who waits for the slot. */
  Queue.Followed followed() {
    String watched = keys.claims() + (name.equals(Keys.COMMON_LANE) ? "" : name);
    return new Queue.Followed(
        watched,
        Optional.of(name),
        claims,
        Queue.Following.BETWEEN_WRITES,
        snapshot -> seen(snapshot));
  }

  private void seen(Snapshot<List<Entry>> snapshot) {
    if (claims.seen(snapshot.value())) {
      view.wake(name);
    }
    if (!claims.isWhole()) {
      epochs.broken();
    }
  }

  /** What was read of it. */
  void observe(Entry entry) {
    epochs.seen(
        Slot.isVacant(entry.value())
            ? Slot.epoch(entry.key(), entry.value())
            : plan(entry).map(Plan::epoch).orElse(0L));
  }

  /** Reads the claims of what is in progress. */
  void lookForClaims() {
    claims.look(view.waiting(name).flatMap(this::folder));
  }

  /** The epoch that the claims of what stands there are in. */
  private Optional<String> folder(QueueItem item) {
    return plan(item.entry()).flatMap(keys::epoch);
  }

  /** The plan that was read; empty if it is none. */
  Optional<Plan> plan(Entry entry) {
    try {
      return Optional.of(plans.read(entry));
    } catch (UnreadableRecordException | NewerRecordException e) {
      return Optional.empty();
    }
  }

  /** Whether a node is known to be at work on what stands there. */
  boolean occupies(String node) {
    String end = "/" + node;
    return claims.known().stream().anyMatch(it -> it.isLocked() && it.key().endsWith(end));
  }
}
