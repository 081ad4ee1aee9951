package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.Commit;
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
import dev.metronome.model.record.UnreadableRecordException;
import dev.metronome.pipeline.hook.RouteFailure;
import dev.metronome.pipeline.membership.Leadership;
import dev.metronome.pipeline.quarantine.Quarantine;
import dev.metronome.pipeline.queue.EventQueue;
import dev.metronome.pipeline.queue.Queue;
import dev.metronome.pipeline.queue.QueueItem;
import dev.metronome.pipeline.queue.QueuePoll;
import dev.metronome.pipeline.queue.QueueSnapshot;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The progress task queue: the plan of the event in progress, with the claims of its head task
 * below it. Takes what the planner or the advancer made and writes it, fenced.
 *
 * <p><em>Guarantees</em>: what it writes, it writes as one transaction that fails for everyone who
 * no longer holds the leader lock (promise 5).
 */
public final class ProgressQueue implements Queue {

  private static final Logger LOG = LoggerFactory.getLogger(ProgressQueue.class);

  private final ConsulConnection connection;
  private final Keys keys;
  private final Leadership leadership;
  private final EventQueue events;
  private final Clock clock;
  private final QueueSnapshot view;
  private final QueuePoll poll;
  private final Plans plans = new Plans();
  private final OldRecords old;
  private final List<Listener> listeners;
  private boolean answerLost;

  /** Told, on the leader, of what it sees and does; must not block. */
  public interface Listener {

    /** The event in progress as the leader has just read it. */
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
      Clock clock,
      List<Listener> listeners) {
    this.listeners = List.copyOf(listeners);
    this.connection = connection;
    this.keys = keys;
    this.leadership = leadership;
    this.events = events;
    this.clock = clock;
    this.view = new QueueSnapshot(keys.progressQueue());
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

  /**
   * A step replaces the plan by compare-and-set, and with it all claims of the task that it closes:
   * what others wrote before it is of no more interest, and what they write to the task that it
   * opens comes after it.
   */
  @Override
  public Following following() {
    return Following.BETWEEN_WRITES;
  }

  /** Whether it is known that no event is in progress; one at a time is dispatched. */
  public boolean isIdle() {
    return view.isKnown() && view.head().isEmpty() && leadership.isLeader();
  }

  /**
   * Reads the queue again, in case its watch has missed something.
   *
   * @return the event in progress; null if there is none, or it cannot be read: what becomes of
   *     that one is the consumer's to say
   */
  public synchronized Progress look() {
    poll.read();
    tend();
    try {
      return view.head().filter(item -> !dismiss(item)).map(this::read).orElse(null);
    } catch (UnreadableRecordException | NewerRecordException e) {
      return null;
    }
  }

  @Override
  public Progress read(QueueItem item) {
    String fence = fence();
    Plan plan = plans.read(item.entry());
    String claims = keys.claims(plan.event().id(), plan.current());
    Progress progress = Progress.of(plan, item, claims, fence, clock.instant());
    seen(item, progress);
    return progress;
  }

  /** By the route of the watch, while that of the timer may have ended the event meanwhile. */
  private synchronized void seen(QueueItem item, Progress progress) {
    if (view.item(item.id()).isPresent()) {
      old.seen(progress);
    }
    listeners.forEach(listener -> listener.seen(progress));
  }

  @Override
  public boolean dismiss(QueueItem item) {
    String fence = fence();
    Optional<Transaction> drop;
    try {
      drop = old.dismissal(fence, plans.read(item.entry()), item.entry());
    } catch (UnreadableRecordException | NewerRecordException e) {
      return false;
    }
    drop.ifPresent(change -> takeAway(item, fenced(fence).and(change)));
    return drop.isPresent();
  }

  private synchronized void takeAway(QueueItem item, Transaction change) {
    if (connection.commit(change) instanceof Commit.Done done) {
      view.remove(item.id(), done.index());
      events.view().wake();
    } else {
      view.accept(connection.list(prefix()));
    }
  }

  @Override
  public synchronized void tend() {
    leadership
        .fence()
        .ifPresent(
            fence ->
                old.mending(fence, view.head().isEmpty(), clock.instant())
                    .forEach(change -> connection.commit(fenced(fence).and(change))));
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
  }

  /** Another event may have begun since this one was planned, or have taken it away. */
  private synchronized Step commit(Step step) {
    if (answerLost) {
      view.accept(connection.list(prefix())); // it may have begun an event
    }
    boolean free = step.isEnd() || view.head().isEmpty();
    Step due =
        step.only(move -> move.queued().map(event -> free && events.holds(event)).orElse(true));
    return due.isDue() ? write(due) : due;
  }

  /** As much of it as was written. */
  private Step write(Step step) {
    Transaction change = fenced(step.fence()).and(step.moves().get(0).transaction(keys));
    int own = change.size();
    List<Move> others = step.moves().subList(1, step.moves().size());
    Step written = step;
    for (Move other : others) {
      Transaction next = other.transaction(keys);
      if (change.fitsWith(next)) {
        change.and(next);
      } else {
        written = step.first();
      }
    }
    answerLost = true;
    Commit commit = connection.commit(change);
    answerLost = false;
    if (commit instanceof Commit.Refused refused) {
      return refused(written, refused, own);
    }
    apply(written, ((Commit.Done) commit).index());
    return written;
  }

  // INVARIANT: promise 5, a leader that lost its session writes nothing.
  private Transaction fenced(String fence) {
    return new Transaction().checkSession(leadership.key(), fence);
  }

  private String fence() {
    return leadership.fence().orElseThrow(NotLeaderException::new);
  }

  /** Looks again at what was not as expected; the next delivery computes the step anew. */
  private Step refused(Step step, Commit.Refused refused, int own) {
    LOG.debug("event={} step refused: {}", step.moves().get(0).eventId(), refused.why());
    if (refused.operation() == 0) {
      leadership.suspect();
      throw new NotLeaderException();
    }
    boolean other = refused.operation() >= own;
    Move culprit = step.moves().get(other ? 1 : 0);
    if (culprit.isDispatch()) {
      events.recheck(culprit.eventId());
    } else {
      view.accept(connection.list(prefix()));
    }
    return other ? write(step.first()) : Step.none(step.fence());
  }

  private void apply(Step step, long index) {
    old.written(step);
    step.moves().forEach(move -> apply(move, index));
    StateLog.of(step);
    listeners.forEach(listener -> listener.written(step));
    if (view.head().isEmpty()) {
      events.view().wake();
    }
    step.moves().stream()
        .flatMap(move -> move.followers().stream())
        .forEach(follower -> connection.commit(fenced(step.fence()).and(follower)));
  }

  private void apply(Move move, long index) {
    move.plan().ifPresent(plan -> view.put(item(plan, index), index));
    if (move.isDispatch()) {
      events.removed(move.eventId(), index);
    } else if (move.finished().event().isPresent()) {
      view.remove(move.eventId(), index);
    }
  }

  private QueueItem item(Plan plan, long index) {
    String id = plan.event().id();
    byte[] value = plans.written(plan);
    Entry entry = new Entry(keys.plan(id), value, index, index, 0, Optional.empty());
    return new QueueItem(id, entry, List.of());
  }

  @Override
  public void acknowledge(QueueItem item, Exchange exchange) {
    Exception failure = exchange.getException();
    if (failure != null && !(failure instanceof NotLeaderException)) {
      throw new IllegalStateException(
          "event " + item.id() + " could not be moved on: " + RouteFailure.of(exchange).sentence(),
          failure);
    }
  }

  // INVARIANT: promise 7, one unreadable record harms one event.
  @Override
  public void setAside(QueueItem item, UnreadableRecordException why) {
    Instant now = clock.instant();
    Transaction move =
        fenced(fence())
            .and(Quarantine.moving(keys, item.entry(), why, now))
            .deleteTree(item.entry().key() + "/");
    if (Keys.isSegment(item.id())) {
      Outcome how = Outcome.error(Reason.UNREADABLE, why.getMessage());
      move.set(keys.result(item.id()), Json.write(EventResult.unreadable(item.id(), now, how)));
    }
    takeAway(item, move);
  }
}
