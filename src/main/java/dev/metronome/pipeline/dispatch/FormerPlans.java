package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NewerRecordException;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Slot;
import dev.metronome.model.record.UnreadableRecordException;
import dev.metronome.pipeline.quarantine.Quarantine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over the plan that agents which know no slots have left, with its claims and assignments
 * (decision 45, "Upgrade").
 *
 * <p><em>Guarantees</em>: a claim is moved in one transaction with its assignment, so that no agent
 * of before can take or end the task any more; the plan is moved when nothing of it is left to
 * move. A successor goes on wherever a leader has died. Nothing is moved while a node holds a
 * claim: its agent ends the task as it knows to.
 *
 * <p>Nothing is dispatched meanwhile. Called by one thread at a time.
 */
final class FormerPlans {

  private static final Logger LOG = LoggerFactory.getLogger(FormerPlans.class);
  private static final Duration REMINDER = Duration.ofMinutes(1);

  private final ConsulConnection connection;
  private final Keys keys;
  private final LongSupplier nanos;
  private volatile List<Entry> plans = List.of();
  private Optional<Long> saidNanos = Optional.empty();

  FormerPlans(ConsulConnection connection, Keys keys, LongSupplier nanos) {
    this.connection = connection;
    this.keys = keys;
    this.nanos = nanos;
  }

  /** Everything below the progress queue's prefix. */
  void seen(List<Entry> entries) {
    plans =
        entries.stream()
            .filter(entry -> keys.formerEventId(entry.key()).isPresent())
            .filter(entry -> Slot.name(keys, entry.key(), entry.value()).isEmpty())
            .sorted(Comparator.comparingLong(Entry::createIndex))
            .toList();
  }

  /** Whether there is none. */
  boolean isClear() {
    return plans.isEmpty();
  }

  /**
   * Moves what belongs to the oldest one.
   *
   * @param fence fails each transaction if it no longer holds
   * @param epoch where claims are moved to; a successor must say the same
   * @return the plan, when only itself is left to move
   */
  Optional<Plan> next(Transaction fence, long epoch, Instant now) {
    if (plans.isEmpty()) {
      return Optional.empty();
    }
    Optional<Entry> entry = connection.get(plans.get(0).key());
    if (entry.isEmpty()) {
      forget(plans.get(0).key());
      return Optional.empty();
    }
    try {
      Plan plan = Json.read(entry.get().key(), entry.get().value(), Plan.class);
      return plan(fence, entry.get(), plan.in(epoch));
    } catch (UnreadableRecordException e) {
      setAside(fence, entry.get(), e, now);
    } catch (NewerRecordException e) {
      say("event=" + entry.get().key() + " state=left-alone " + e.getMessage());
    }
    return Optional.empty();
  }

  private Optional<Plan> plan(Transaction fence, Entry entry, Plan plan) {
    String id = plan.event().id();
    Optional<Entry> result = connection.get(keys.result(id));
    if (result.filter(there -> FinalResults.isFinal(there.value())).isPresent()) {
      LOG.warn("event={} state=dropped an old plan of it was put back into Consul", id);
      connection.commit(new Transaction("drop plan").and(fence).and(removal(entry)));
      forget(entry.key());
      return Optional.empty();
    }
    List<Entry> claims = connection.list(entry.key() + "/").value();
    Optional<Entry> held = claims.stream().filter(Entry::isLocked).findFirst();
    if (held.isPresent()) {
      say("event=" + id + " state=waiting until a task has ended, as " + held.get().key());
      return Optional.empty();
    }
    plans = replaced(entry);
    return moved(fence, plan, entry, claims) ? Optional.of(plan) : Optional.empty();
  }

  private List<Entry> replaced(Entry entry) {
    List<Entry> all = new ArrayList<>(plans);
    all.set(0, entry);
    return List.copyOf(all);
  }

  // INVARIANT: promise 4, no agent of before can claim the task once its claim is moved, nor before
  // an agent of now can: its assignment goes in the same transaction.
  private boolean moved(Transaction fence, Plan plan, Entry entry, List<Entry> claims) {
    String id = plan.event().id();
    String prefix = entry.key() + "/" + plan.current() + "/";
    for (String node : plan.targets()) {
      Optional<Entry> claim =
          claims.stream().filter(each -> each.key().equals(prefix + node)).findFirst();
      Transaction move =
          new Transaction("move claim")
              .and(fence)
              .checkIndex(entry.key(), entry.modifyIndex())
              .delete(keys.formerNodeQueue(node) + id + "." + plan.current());
      String to = keys.claim(plan, node);
      claim.ifPresentOrElse(
          there -> move.compareAndDelete(there.key(), there.modifyIndex()).set(to, there.value()),
          () -> move.checkNotExists(prefix + node));
      if (!connection.commit(move).isDone()) {
        return false;
      }
    }
    return true;
  }

  /** Of the plan that {@link #next} has returned, if it still stands so. */
  Transaction removal() {
    return new Transaction("move plan").and(removal(plans.get(0)));
  }

  private static Transaction removal(Entry entry) {
    return new Transaction()
        .compareAndDelete(entry.key(), entry.modifyIndex())
        .deleteTree(entry.key() + "/");
  }

  /** It stands in a slot now. */
  void taken(Plan plan) {
    forget(keys.formerPlan(plan.event().id()));
    LOG.info(
        "event={} no={} state=taken-over from the agents of before, targets={}",
        plan.event().id(),
        plan.current(),
        plan.targets());
  }

  private void setAside(
      Transaction fence, Entry entry, UnreadableRecordException why, Instant now) {
    String id = keys.formerEventId(entry.key()).orElseThrow();
    LOG.error("item={} state=set-aside {}", entry.key(), why.getMessage());
    Transaction move =
        new Transaction()
            .and(fence)
            .and(Quarantine.keeping(keys, entry, why, now))
            .and(removal(entry));
    if (Keys.wasSegment(id)) {
      Outcome how = Outcome.error(Reason.UNREADABLE, why.getMessage());
      move.set(keys.result(id), Json.write(EventResult.unreadable(id, now, how)));
    }
    connection.commit(move);
    forget(entry.key());
  }

  private void forget(String key) {
    plans = plans.stream().filter(plan -> !plan.key().equals(key)).toList();
  }

  /** At once, and then now and then. */
  private void say(String what) {
    long now = nanos.getAsLong();
    if (saidNanos.filter(said -> now - said < REMINDER.toNanos()).isEmpty()) {
      saidNanos = Optional.of(now);
      LOG.warn("{}", what);
    }
  }
}
