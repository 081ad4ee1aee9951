package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.Commit;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NewerRecordException;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.UnreadableRecordException;
import dev.metronome.pipeline.membership.Leadership;
import dev.metronome.pipeline.quarantine.Quarantine;
import dev.metronome.pipeline.queue.EventQueue;
import dev.metronome.pipeline.queue.Queue;
import dev.metronome.pipeline.queue.QueueItem;
import dev.metronome.pipeline.queue.QueuePoll;
import dev.metronome.pipeline.queue.QueueSnapshot;
import dev.metronome.pipeline.queue.Receipt;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
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

  /** Between looks for what others have deleted or put back. */
  private static final Duration TEND = Duration.ofSeconds(1);

  private final ConsulConnection connection;
  private final Keys keys;
  private final Leadership leadership;
  private final EventQueue events;
  private final Dispatching dispatching;
  private final Clock clock;
  private final QueueSnapshot view;
  private final QueuePoll poll;
  private final Plans plans = new Plans();
  private final OldRecords old;
  private final DeletedPlan deleted;
  private String term = "";
  private Optional<Plan> inProgress = Optional.empty();
  private long tendedNanos = System.nanoTime();
  private final List<ProgressListener> listeners = new CopyOnWriteArrayList<>();

  public ProgressQueue(
      ConsulConnection connection,
      Keys keys,
      Leadership leadership,
      EventQueue events,
      Clock clock) {
    this.connection = connection;
    this.keys = keys;
    this.leadership = leadership;
    this.events = events;
    this.dispatching = new Dispatching(keys, events, clock);
    this.clock = clock;
    this.view = new QueueSnapshot(keys.progressQueue());
    this.old = new OldRecords(connection, keys, System::nanoTime);
    this.deleted = new DeletedPlan(connection, keys);
    this.poll = new QueuePoll(connection, this);
  }

  /** Tells of all progress from now on. */
  public void listen(ProgressListener to) {
    listeners.add(to);
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

  /** Another leader may have been there between two terms of this one. */
  private synchronized void begin(String fence) {
    if (!term.equals(fence)) {
      term = fence;
      inProgress = Optional.empty();
      old.forgetOpen();
    }
  }

  @Override
  public boolean dismiss(QueueItem item) {
    String fence = leadership.fence().orElseThrow(NotLeaderException::new);
    begin(fence);
    Optional<Transaction> drop;
    try {
      drop = old.dismissal(plans.read(item.entry()), item.entry());
    } catch (UnreadableRecordException | NewerRecordException e) {
      return false;
    }
    drop.ifPresent(change -> drop(item, fence, change));
    return drop.isPresent();
  }

  private synchronized void drop(QueueItem item, String fence, Transaction change) {
    if (connection.commit(fenced(fence).and(change)) instanceof Commit.Done done) {
      view.remove(item.id(), done.index());
      events.view().wake();
    } else {
      view.accept(connection.list(prefix()));
    }
  }

  /** Every second at most: an event whose plan was deleted, results that were replaced by old. */
  @Override
  public synchronized void tend() {
    Optional<String> fence = leadership.fence();
    if (fence.isEmpty() || System.nanoTime() - tendedNanos < TEND.toNanos()) {
      return;
    }
    tendedNanos = System.nanoTime();
    begin(fence.get());
    List<Transaction> changes = new ArrayList<>(old.restoring());
    boolean gone = inProgress.isPresent() && view.head().isEmpty();
    if (gone) {
      changes.addAll(deletedPlan(inProgress.get()));
    }
    changes.forEach(change -> connection.commit(fenced(fence.get()).and(change)));
    if (gone) {
      inProgress = Optional.empty();
    }
  }

  private List<Transaction> deletedPlan(Plan plan) {
    List<Transaction> end = deleted.end(plan, clock.instant());
    if (!end.isEmpty()) {
      LOG.error(
          "event={} name={} state=error its plan was deleted from Consul while it was in progress",
          plan.event().id(),
          plan.event().name());
    }
    return end;
  }

  @Override
  public Progress read(QueueItem item) {
    String fence = leadership.fence().orElseThrow(NotLeaderException::new);
    Plan plan = plans.read(item.entry());
    String claims = keys.claims(plan.event().id(), plan.current());
    Map<String, Progress.Held> held = new HashMap<>();
    for (Entry entry : item.children()) {
      if (entry.key().startsWith(claims)) {
        held.put(entry.key().substring(claims.length()), held(plan, entry));
      }
    }
    Progress progress = new Progress(plan, item.entry().modifyIndex(), held, fence);
    seen(item, progress);
    return progress;
  }

  /** By the route of the watch, while that of the timer may have ended the event meanwhile. */
  private synchronized void seen(QueueItem item, Progress progress) {
    begin(progress.fence());
    if (view.item(item.id()).isPresent()) {
      inProgress = Optional.of(progress.plan());
    }
    listeners.forEach(listener -> listener.seen(progress));
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

  /** A claim that cannot be read ends the task on its node as an error, and harms nothing else. */
  private Progress.Held held(Plan plan, Entry entry) {
    try {
      Claim claim = Json.read(entry.key(), entry.value(), Claim.class);
      return new Progress.Held(claim, entry.modifyIndex(), entry.isLocked(), Optional.empty());
    } catch (UnreadableRecordException e) {
      String node = entry.key().substring(entry.key().lastIndexOf('/') + 1);
      return new Progress.Held(
          Settlement.unclaimed(plan, node, clock.instant()),
          entry.modifyIndex(),
          entry.isLocked(),
          Optional.of(new Progress.Unreadable(entry, e)));
    }
  }

  /**
   * Writes a {@link Step} or a {@link Planned}; the exchange's body becomes the step as written.
   */
  @Override
  public Receipt put(Exchange exchange) {
    Object body = exchange.getMessage().getBody();
    Step step =
        body instanceof Planned planned
            ? Step.none(planned.fence(), planned.event().id()).then(planned)
            : (Step) body;
    demandSelected(step);
    Optional<Step> written = commit(step);
    exchange.getMessage().setBody(written.orElseGet(() -> Step.none(step.fence(), step.eventId())));
    return written.isPresent() ? Receipt.ACCEPTED : Receipt.DUPLICATE;
  }

  private static void demandSelected(Step step) {
    if (step.isLooking()) {
      throw new IllegalStateException(
          "no nodes were selected for its next task: a route that sends to"
              + " consul-queue:progress-task-queue selects them before, by direct:select-targets;"
              + " see docs/pipeline.md");
    }
  }

  private synchronized Optional<Step> commit(Step step) {
    if (step.change().isEmpty() && step.next().isPresent() && view.head().isPresent()) {
      return Optional.empty(); // another event has begun since this one was planned
    }
    Optional<Dispatching.Written> next = step.next().flatMap(dispatching::of);
    Transaction change = fenced(step.fence()).and(step.change());
    int own = change.size();
    boolean both = next.isPresent() && change.fitsWith(next.get().change());
    if (both) {
      change.and(next.get().change());
    }
    if (change.size() == 1) {
      return Optional.empty();
    }
    Commit commit = connection.commit(change);
    if (commit instanceof Commit.Refused refused) {
      return refused(step, refused, own);
    }
    Step written = both ? step : step.withoutNext();
    long index = ((Commit.Done) commit).index();
    apply(written, next.filter(n -> both), index);
    follow(written, next.filter(n -> both));
    return Optional.of(written);
  }

  // INVARIANT: promise 5, a leader that lost its session writes nothing.
  private Transaction fenced(String fence) {
    return new Transaction().checkSession(leadership.key(), fence);
  }

  /** Looks again at what was not as expected; the next delivery computes the step anew. */
  private Optional<Step> refused(Step step, Commit.Refused refused, int own) {
    LOG.debug("event={} step refused: {}", step.eventId(), refused.why());
    if (refused.operation() == 0) {
      leadership.suspect();
      throw new NotLeaderException();
    }
    if (refused.operation() >= own && step.next().isPresent()) {
      events.recheck(step.next().get().event().id());
      return step.change().isEmpty() ? Optional.empty() : commit(step.withoutNext());
    }
    view.accept(connection.list(prefix()));
    return Optional.empty();
  }

  private void apply(Step step, Optional<Dispatching.Written> next, long index) {
    begin(step.fence());
    step.finishedEvent().ifPresent(event -> inProgress = Optional.empty());
    Optional<Plan> dispatched = next.flatMap(Dispatching.Written::plan);
    dispatched.or(step::planAfter).ifPresent(plan -> inProgress = Optional.of(plan));
    old.written(step, dispatched);
    step.planAfter().ifPresent(plan -> view.put(item(plan, index), index));
    step.finishedEvent().ifPresent(event -> view.remove(step.eventId(), index));
    next.ifPresent(
        written -> {
          written.plan().ifPresent(plan -> view.put(item(plan, index), index));
          events.view().remove(written.eventId(), index);
        });
    StateLog.of(step);
    listeners.forEach(listener -> listener.written(step));
    if (view.head().isEmpty()) {
      events.view().wake();
    }
  }

  private void follow(Step step, Optional<Dispatching.Written> next) {
    for (Transaction follower : step.followers()) {
      connection.commit(fenced(step.fence()).and(follower));
    }
    for (Transaction follower : next.map(Dispatching.Written::followers).orElse(List.of())) {
      connection.commit(fenced(step.fence()).and(follower));
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
          "event " + item.id() + " could not be moved on: " + failure.getMessage(), failure);
    }
  }

  // INVARIANT: promise 7, one unreadable record harms one event.
  @Override
  public void setAside(QueueItem item, UnreadableRecordException why) {
    String fence = leadership.fence().orElseThrow(NotLeaderException::new);
    Instant now = clock.instant();
    Transaction move =
        fenced(fence)
            .and(Quarantine.moving(keys, item.entry(), why, now))
            .deleteTree(item.entry().key() + "/");
    if (Keys.isSegment(item.id())) {
      Outcome how = Outcome.error(Reason.UNREADABLE, why.getMessage());
      move.set(keys.result(item.id()), Json.write(EventResult.unreadable(item.id(), now, how)));
    }
    Commit commit = connection.commit(move);
    if (commit instanceof Commit.Done done) {
      view.remove(item.id(), done.index());
      events.view().wake();
    } else {
      view.accept(connection.list(prefix()));
    }
  }
}
