package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.Commit;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Snapshot;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NewerRecordException;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.UnreadableRecordException;
import dev.metronome.pipeline.hook.RouteFailure;
import dev.metronome.pipeline.membership.Leadership;
import dev.metronome.pipeline.quarantine.Quarantine;
import dev.metronome.pipeline.queue.EventQueue;
import dev.metronome.pipeline.queue.Queue;
import dev.metronome.pipeline.queue.QueueItem;
import dev.metronome.pipeline.queue.QueuePoll;
import dev.metronome.pipeline.queue.QueueSnapshot;
import dev.metronome.pipeline.queue.QueuedEvent;
import dev.metronome.pipeline.traffic.KnownFreezes;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The progress task queue: the slots where the plans of the events in progress stand, and the
 * claims of their head tasks. Takes what the planner or an advancer made and writes it, fenced.
 *
 * <p><em>Guarantees</em>: what it writes, it writes as one transaction that fails for everyone who
 * no longer holds the leader lock (promise 5), and a plan only into its slot as it was read: an
 * event is dispatched only while no other is in progress there.
 */
public final class ProgressQueue implements Queue {

  private static final Logger LOG = LoggerFactory.getLogger(ProgressQueue.class);

  private final ConsulConnection connection;
  private final Keys keys;
  private final Leadership leadership;
  private final EventQueue events;
  private final Clock clock;
  private final Slots slots;
  private final QueueSnapshot view;
  private final QueuePoll poll;
  private final OldRecords old;
  private final FormerPlans former;
  private final KnownFreezes freezes;
  private final List<Listener> listeners;

  /** Told, on the leader, of what it sees and does; must not block. */
  public interface Listener {

    /** An event in progress as the leader has just read it. */
    default void seen(Progress progress) {}

    /** A step that has been written. */
    default void written(Step step) {}
  }

  /**
   * @param listeners hear of all progress
   */
  public ProgressQueue(
      ConsulConnection connection,
      Keys keys,
      Leadership leadership,
      EventQueue events,
      Slots slots,
      KnownFreezes freezes,
      Clock clock,
      List<Listener> listeners) {
    this.freezes = freezes;
    this.listeners = List.copyOf(listeners);
    this.connection = connection;
    this.keys = keys;
    this.leadership = leadership;
    this.events = events;
    this.clock = clock;
    this.slots = slots;
    this.view = slots.view();
    this.former = new FormerPlans(connection, keys, System::nanoTime);
    this.old = new OldRecords(connection, keys, System::nanoTime);
    this.poll = new QueuePoll(connection, this);
  }

  @Override
  public String prefix() {
    return keys.progressQueue();
  }

  @Override
  public QueueSnapshot view() {
    return view;
  }

  @Override
  public Following following() {
    return Following.WHEN_QUIET;
  }

  @Override
  public Delivery delivery() {
    return Delivery.EACH;
  }

  /**
   * A step replaces the plan by compare-and-set, and with it the claims of the task that it closes:
   * what others wrote before it is of no more interest, and what they write to the task that it
   * opens comes after it.
   */
  @Override
  public List<Followed> followed(ConsulConnection ignored) {
    return Stream.concat(Queue.super.followed(connection).stream(), slots.followed().stream())
        .toList();
  }

  @Override
  public void observe(List<Entry> entries) {
    former.seen(entries);
    if (!former.isClear()) {
      view.wake(); // what kept it from being taken over may have ended
    }
    slots.observe(entries);
  }

  @Override
  public Snapshot<List<Entry>> list(ConsulConnection ignored) {
    Snapshot<List<Entry>> all = connection.list(prefix());
    observe(all.value());
    return all;
  }

  /** As its watches do. */
  void reread() {
    view.accept(list(connection));
    slots.lookForClaims();
  }

  /** Whether it is known which events are in progress, so that others may begin beside them. */
  public boolean isKnown() {
    return view.isKnown() && former.isClear() && leadership.isLeader();
  }

  /**
   * Reads the queue again, in case its watch has missed something.
   *
   * @return the events in progress, but those that cannot be read: what becomes of them is the
   *     consumer's to say
   */
  public synchronized List<Progress> look() {
    poll.read();
    slots.lookForClaims();
    tend();
    return view.all().stream().flatMap(item -> looked(item).stream()).toList();
  }

  private Optional<Progress> looked(QueueItem item) {
    try {
      return dismiss(item) ? Optional.empty() : Optional.of(read(item));
    } catch (UnreadableRecordException | NewerRecordException e) {
      return Optional.empty();
    }
  }

  @Override
  public Progress read(QueueItem item) {
    Progress progress = slots.progress(item, fence(), clock.instant());
    seen(item, progress);
    return progress;
  }

  /** By the route of the watch, while that of the timer may have ended the event meanwhile. */
  private synchronized void seen(QueueItem item, Progress progress) {
    if (slots.isIn(item)) {
      old.seen(progress);
    }
    listeners.forEach(listener -> listener.seen(progress));
  }

  @Override
  public boolean dismiss(QueueItem item) {
    String fence = fence();
    Optional<Transaction> drop;
    try {
      drop = old.dismissal(fence, slots.plan(item));
    } catch (UnreadableRecordException | NewerRecordException e) {
      return false;
    }
    drop.ifPresent(change -> vacate(item, fenced(fence).and(change)));
    return drop.isPresent();
  }

  /** What stands in a slot goes with a change. */
  private synchronized void vacate(QueueItem item, Transaction change) {
    byte[] vacant = slots.vacant(item.id());
    change.compareAndSet(item.entry().key(), vacant, item.entry().modifyIndex());
    if (connection.commit(change) instanceof Commit.Done done) {
      slots.written(item.id(), vacant, done.index());
      events.view().wake();
    } else {
      reread();
    }
  }

  @Override
  public synchronized void tend() {
    Optional<String> fence = leadership.fence();
    if (fence.isPresent() && slots.isVacant(Keys.COMMON_LANE)) {
      takeOver(fence.get());
    }
    if (fence.isPresent()) {
      old.mending(fence.get(), slots::isVacant, clock.instant())
          .forEach(changes -> mend(fence.get(), changes));
    }
  }

  private void mend(String fence, List<Transaction> changes) {
    if (connection.commit(fenced(fence).and(changes.get(0))).isDone()) {
      changes
          .subList(1, changes.size())
          .forEach(change -> connection.commit(fenced(fence).and(change)));
    }
  }

  /** Has the event go on that was in progress when agents were updated which know no slots. */
  private void takeOver(String fence) {
    Epochs epochs = slots.epochs(Keys.COMMON_LANE);
    long epoch = Math.max(1, epochs.current());
    Optional<Plan> plan = former.next(fenced(fence), epoch, clock.instant());
    if (plan.isPresent()) {
      byte[] value = slots.holding(plan.get());
      Transaction change =
          fenced(fence)
              .and(slots.replacing(Keys.COMMON_LANE, Optional.empty(), value))
              .and(former.removal())
              .and(epochs.turning(epoch));
      if (connection.commit(change) instanceof Commit.Done done) {
        epochs.opened(epoch, plan.get().targets().size());
        former.taken(plan.get());
        slots.written(Keys.COMMON_LANE, value, done.index());
        slots.lookForClaims(); // they were moved before
      } else {
        reread();
      }
    }
  }

  /** Writes a {@link Step}; the exchange's body becomes the step as written. */
  @Override
  public Queue.Receipt put(Exchange exchange) throws InvalidPayloadException {
    Step step = exchange.getMessage().getMandatoryBody(Step.class);
    demandSelected(step);
    Step written = commit(step);
    exchange.getMessage().setBody(written);
    return written.isDue() ? Queue.Receipt.ACCEPTED : Queue.Receipt.DUPLICATE;
  }

  private static void demandSelected(Step step) {
    if (step.moves().stream().anyMatch(Move::isLooking)) {
      throw new IllegalStateException(
          "no nodes were selected for its next task: a route that sends to"
              + " consul-queue:progress-task-queue selects them before, by direct:select-targets;"
              + " see docs/pipeline.md");
    }
    if (step.isAtGate()) {
      throw new IllegalStateException(
          "its task waits for the health of its nodes, and nobody has asked for it: a route that"
              + " sends to consul-queue:progress-task-queue asks before, by direct:health-gate;"
              + " see docs/pipeline.md");
    }
  }

  /** Another event may have begun since this one was planned, or have taken it away. */
  private synchronized Step commit(Step step) {
    boolean free = former.isClear() && (step.isEnd() || slots.isVacant(step.slot()));
    Step due =
        step.only(
            move ->
                move.queued()
                    .map(event -> (free || move.plan().isEmpty()) && events.holds(event))
                    .orElse(true));
    return due.isDue() ? write(due) : due;
  }

  /**
   * A step as it is sent.
   *
   * @param slot what it puts into the lane's slot
   * @param conditions operations that check and write the slot, after the fence
   * @param own operations up to those of what goes with its first move
   * @param freezes the places of those that check that nothing is frozen
   * @param passing the places of those that check that nothing goes before what is dispatched
   */
  private record Change(
      Step step,
      Transaction transaction,
      Optional<byte[]> slot,
      int conditions,
      int own,
      Set<Integer> freezes,
      Set<Integer> passing) {}

  private Change change(Step step) {
    Transaction change = fenced(step.fence());
    Optional<byte[]> slot = slots.after(step);
    slot.ifPresent(
        value -> change.and(slots.replacing(step.slot(), step.moves().get(0).progress(), value)));
    Set<Integer> checks = new HashSet<>();
    Set<Integer> passing = new HashSet<>();
    int conditions = 0;
    int own = 0;
    for (Move move : step.moves()) {
      int from = change.size();
      move.begun().ifPresent(plan -> change.and(freezes.checks(plan)));
      IntStream.range(from, change.size()).forEach(checks::add);
      int after = change.size();
      move.queued()
          .filter(event -> move.plan().isPresent())
          .ifPresent(event -> change.and(events.unpassed(event)));
      IntStream.range(after, change.size()).forEach(passing::add);
      conditions = own == 0 ? change.size() - 1 : conditions;
      change.and(move.change());
      own = own == 0 ? change.size() : own;
    }
    return new Change(step, change, slot, conditions, own, checks, passing);
  }

  /** As much of it as was written. */
  private Step write(Step step) {
    Change whole = change(step);
    Change change = whole.transaction().fits() ? whole : change(step.first());
    Commit commit = connection.commit(change.transaction());
    if (commit instanceof Commit.Refused refused) {
      return refused(change, refused);
    }
    apply(change, ((Commit.Done) commit).index());
    return change.step();
  }

  // INVARIANT: promise 5, a leader that lost its session writes nothing.
  private Transaction fenced(String fence) {
    return new Transaction().checkSession(leadership.key(), fence);
  }

  private String fence() {
    return leadership.fence().orElseThrow(NotLeaderException::new);
  }

  /** Looks again at what was not as expected; the next delivery computes the step anew. */
  private Step refused(Change change, Commit.Refused refused) {
    Step step = change.step();
    LOG.debug("event={} step refused: {}", step.moves().get(0).eventId(), refused.why());
    if (refused.operation() == 0) {
      leadership.suspect();
      throw new NotLeaderException();
    }
    if (refused.operations().stream().anyMatch(change.freezes()::contains)) {
      freezes.suspect();
    }
    if (refused.operations().stream().anyMatch(change.passing()::contains)) {
      events.suspectPassed();
    }
    boolean other = refused.operation() >= change.own();
    Move culprit = step.moves().get(other ? 1 : 0);
    if (culprit.isDispatch() && refused.operation() > change.conditions()) {
      events.recheck(culprit.eventId());
      culprit.queued().flatMap(QueuedEvent::newer).map(QueuedEvent::id).ifPresent(events::recheck);
    } else {
      reread();
    }
    return other ? write(step.first()) : Step.none(step.fence());
  }

  private void apply(Change change, long index) {
    Step step = change.step();
    old.written(step);
    change.slot().ifPresent(value -> slots.written(step.slot(), value, index));
    step.moves().stream()
        .filter(Move::isDispatch)
        .forEach(move -> events.removed(move.eventId(), index));
    step.plan()
        .filter(plan -> change.slot().isPresent() && plan.isOpen())
        .filter(plan -> step.moves().stream().noneMatch(Move::isOfGate))
        .ifPresent(plan -> slots.epochs(plan.slot()).opened(plan.epoch(), plan.awaited().size()));
    StateLog.of(step);
    listeners.forEach(listener -> listener.written(step));
    if (slots.isVacant(step.slot())) {
      events.view().wake();
    }
    Transaction fenced = fenced(step.fence());
    change.slot().ifPresent(value -> fenced.and(slots.unchanged(step.slot(), index)));
    step.moves().stream()
        .flatMap(move -> move.followers().stream())
        .forEach(follower -> connection.commit(new Transaction().and(fenced).and(follower)));
  }

  @Override
  public void acknowledge(QueueItem item, Exchange exchange) {
    Exception failure = exchange.getException();
    if (failure != null && !(failure instanceof NotLeaderException)) {
      throw new IllegalStateException(
          "what is in progress in "
              + item.id()
              + " could not be moved on: "
              + RouteFailure.of(exchange).sentence(),
          failure);
    }
  }

  // INVARIANT: promise 7, one unreadable record harms one event.
  @Override
  public void setAside(QueueItem item, UnreadableRecordException why) {
    Instant now = clock.instant();
    Transaction move = fenced(fence()).and(Quarantine.keeping(keys, item.entry(), why, now));
    Outcome how = Outcome.error(Reason.UNREADABLE, why.getMessage());
    for (String id : old.unplanned(item.id())) {
      move.set(keys.result(id), Json.write(EventResult.unreadable(id, now, how)));
      String part = "/" + id + "/";
      connection.names(keys.claims()).stream()
          .filter(key -> key.contains(part))
          .map(key -> key.substring(0, key.indexOf(part) + part.length()))
          .distinct()
          .forEach(move::deleteTree);
    }
    vacate(item, move);
  }
}
