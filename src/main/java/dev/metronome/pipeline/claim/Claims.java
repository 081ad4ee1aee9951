package dev.metronome.pipeline.claim;

import dev.metronome.base.loop.Backoff;
import dev.metronome.consul.Commit;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulDeniedException;
import dev.metronome.consul.ConsulRejectedException;
import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.consul.Denial;
import dev.metronome.consul.Entry;
import dev.metronome.consul.SessionKeeper;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Reason;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes and ends this node's claims (transactions <em>claim</em> and <em>finish</em>,
 * docs/protocol.md, "Transactions").
 *
 * <p><em>Guarantees</em>: {@link #take} succeeds at most once for an event and NO on a node, over
 * all processes, unless the task is retryable; a task that the leader has closed can no longer be
 * taken; an outcome is recorded once, or reported as late. A claim whose session was lost is locked
 * again with the new session while its task runs on.
 *
 * <p><em>Does not guarantee</em> that a task which was taken has been run: the process may have
 * died between the two. The claim says so, and a later incarnation records it.
 */
public final class Claims implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Claims.class);
  private static final Duration SESSION_PATIENCE = Duration.ofSeconds(10);

  private final ConsulConnection connection;
  private final SessionKeeper sessions;
  private final String node;
  private final String incarnation;
  private final Clock clock;
  private final Leftover leftover;
  private final ClaimTransactions transactions;
  private final HeldClaims held;
  private final TaskLogs logs;
  private final FurtherAttempt further;
  private final Finish finish;
  private final EndedTasks ended;
  private final Restoring restoring;
  private final List<Listener> listeners;
  private final Set<String> recording = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);

  /** What became of recording an outcome. */
  public enum Ending {
    /** The outcome stands in Consul. */
    RECORDED,
    /** The leader had ended the task on this node before; the outcome stands in its log only. */
    LATE,
    /** Consul has no record of the task any more: its keys were deleted, or its data was lost. */
    FORGOTTEN
  }

  /** Told of this node's claims, on the thread that makes and ends them; must not block. */
  public interface Listener {

    /** A task was claimed, for the first time or again. */
    default void taken() {}

    /** A further attempt at a task begins, since the one before has failed. */
    default void tried() {}

    /** What came of recording how a task ended. */
    default void ended(Assignment assignment, Claim claim, Ending ending) {}

    /** An earlier incarnation's claim was ended in its stead, as interrupted; may take moments. */
    default void inherited(Assignment assignment, Claim claim) {}
  }

  /** Ends what an earlier incarnation left running of a task. */
  @FunctionalInterface
  public interface Leftover {
    /** Returns whether nothing of it runs any more. */
    boolean end(String eventId, int no) throws InterruptedException;
  }

  public Claims(
      ConsulConnection connection,
      SessionKeeper sessions,
      Keys keys,
      String node,
      String incarnation,
      Clock clock,
      Leftover leftover) {
    this(
        connection,
        sessions,
        keys,
        node,
        incarnation,
        clock,
        leftover,
        EndedTasks.ofThisProcess(),
        List.of());
  }

  /**
   * @param ended what this node has ended, also in earlier processes
   * @param listeners hear of each claim
   */
  public Claims(
      ConsulConnection connection,
      SessionKeeper sessions,
      Keys keys,
      String node,
      String incarnation,
      Clock clock,
      Leftover leftover,
      EndedTasks ended,
      List<Listener> listeners) {
    this.listeners = List.copyOf(listeners);
    this.ended = ended;
    this.restoring = new Restoring(connection, keys, node, clock);
    this.connection = connection;
    this.sessions = sessions;
    this.node = node;
    this.incarnation = incarnation;
    this.clock = clock;
    this.leftover = leftover;
    this.transactions = new ClaimTransactions(keys, node);
    this.held = new HeldClaims(connection, sessions, transactions, incarnation);
    this.logs = new TaskLogs(connection, transactions);
    this.further = new FurtherAttempt(connection, transactions, held);
    this.finish = new Finish(connection, transactions, held, logs, clock);
    sessions.listen(held);
  }

  static String id(Assignment assignment) {
    return assignment.taskId();
  }

  /** The attempt that this process is running of a task; empty if it does not hold the claim. */
  public Optional<Integer> attempt(String id) {
    return held.find(id).map(mine -> mine.record().attempt());
  }

  /** The tasks that this process has claimed and whose operations it has not yet seen end. */
  public List<Assignment> running() {
    return held.all().stream()
        .map(HeldClaims.Held::assignment)
        .filter(assignment -> !recording.contains(id(assignment)))
        .toList();
  }

  /** How many tasks this process has claimed and not ended. */
  public int count() {
    return held.all().size();
  }

  /** Waits until this process holds no claim; false if the time is over before. */
  public boolean awaitNone(Duration most) throws InterruptedException {
    return held.awaitNone(most);
  }

  /**
   * Takes a task.
   *
   * @param index ModifyIndex of the assignment as it was read
   * @return whether this process may run it now
   */
  // INVARIANT: promise 4, an operation list runs at most once per event and NO.
  public boolean take(Assignment assignment, long index) throws InterruptedException {
    Optional<Claim> before = ended.find(assignment);
    if (before.isPresent()) {
      restoring.restore(assignment, index, before.get());
      return false;
    }
    String session = session();
    Claim claim = Claim.running(assignment, node, incarnation, 1, clock.instant());
    // Of a cancelled task only what an earlier incarnation has left is dealt with.
    Commit commit =
        assignment.cancelled().isPresent()
            ? new Commit.Refused(0, "the task is cancelled")
            : connection.commit(transactions.first(assignment, index, claim, session));
    if (commit instanceof Commit.Done done) {
      return hold(assignment, claim, done.index(), session);
    }
    Optional<Entry> found = connection.get(transactions.key(assignment));
    return found.isPresent()
        ? taken(assignment, index, found.get())
        : unclaimed(assignment, index, (Commit.Refused) commit);
  }

  /**
   * There is no claim, and none could be made. A result of this node's means that it has claimed
   * the task before, and that somebody has taken the claim away since.
   */
  private boolean unclaimed(Assignment assignment, long index, Commit.Refused refused)
      throws InterruptedException {
    Optional<NodeResult> known = restoring.result(assignment);
    if (known.isPresent() && held.find(id(assignment)).isEmpty()) {
      boolean isFinal = known.get().status().isFinal();
      if (isFinal || leftover.end(assignment.event().id(), assignment.task().no())) {
        restoring.restore(
            assignment,
            index,
            isFinal
                ? restoring.ended(known.get())
                : interrupted(Claim.running(assignment, node, "unknown", 1, clock.instant())));
      }
      return false;
    }
    LOG.debug("claim={} refused: {}", id(assignment), refused.why());
    sessions.suspect();
    return false;
  }

  /** The claim exists: by this very call whose reply was lost, or of an earlier incarnation. */
  private boolean taken(Assignment assignment, long index, Entry entry)
      throws InterruptedException {
    Claim claim = Json.read(entry.key(), entry.value(), Claim.class);
    if (claim.outcome().isPresent() || held.find(id(assignment)).isPresent()) {
      return false;
    }
    if (held.isOwn(claim)) {
      return hold(assignment, claim, entry.modifyIndex(), entry.session().orElse(""));
    }
    return !entry.isLocked() && inherited(assignment, index, entry, claim);
  }

  private boolean inherited(Assignment assignment, long index, Entry entry, Claim earlier)
      throws InterruptedException {
    if (!leftover.end(assignment.event().id(), assignment.task().no())) {
      LOG.error("claim={} state=blocked processes of an earlier run do not end", id(assignment));
      return false;
    }
    boolean again =
        assignment.cancelled().isEmpty()
            && assignment.task().rollout().retryable()
            && earlier.attempt() < assignment.task().rollout().maxAttempts();
    return again
        ? retry(assignment, index, entry, earlier)
        : interrupted(assignment, entry, earlier);
  }

  private boolean retry(Assignment assignment, long index, Entry entry, Claim earlier)
      throws InterruptedException {
    String session = session();
    Claim claim =
        Claim.running(assignment, node, incarnation, earlier.attempt() + 1, clock.instant());
    Commit commit = connection.commit(transactions.again(assignment, index, entry, claim, session));
    return commit instanceof Commit.Done done && hold(assignment, claim, done.index(), session);
  }

  private boolean interrupted(Assignment assignment, Entry entry, Claim earlier) {
    Claim end = interrupted(earlier);
    Commit commit = connection.commit(transactions.interrupted(assignment, entry, end));
    if (commit.isDone()) {
      ended.remember(assignment.event(), end);
      listeners.forEach(listener -> listener.inherited(assignment, end));
    }
    LOG.warn("claim={} state=interrupted recorded={}", id(assignment), commit.isDone());
    return false;
  }

  /** A further attempt is counted in the claim before its pause, which may not have been over. */
  private Claim interrupted(Claim claim) {
    String when =
        claim
            .before()
            .map(
                why ->
                    "before attempt %d or in it; whether that did its work is not known; %s"
                        .formatted(claim.attempt(), why))
            .orElse("while it ran the task; whether it did its work is not known");
    String message = "the agent of node " + node + " was restarted " + when;
    return claim.ended(clock.instant(), Outcome.error(Reason.INTERRUPTED, message));
  }

  private boolean hold(Assignment assignment, Claim claim, long index, String session) {
    held.add(new HeldClaims.Held(assignment, claim, index, session));
    if (sessions.current().filter(session::equals).isEmpty()) {
      sessions.repeat(held); // a session came in between, and found nothing to lock again
    }
    LOG.info(
        "event={} no={} task={} state=claimed attempt={}",
        claim.eventId(),
        claim.no(),
        assignment.task().task(),
        claim.attempt());
    listeners.forEach(Listener::taken);
    return true;
  }

  /**
   * Shows the log of a running task as it is by now; {@link #finish} replaces it.
   *
   * @return whether it was written: not unless this process holds the claim, by its session
   */
  // INVARIANT: promise 5, a node that has lost its session writes nothing.
  public boolean show(String id, String log) {
    return held.find(id).map(mine -> logs.show(mine, log)).orElse(false);
  }

  /**
   * Counts one more attempt at a claimed task, before it begins. What the attempt before has left
   * running is ended first. Tries for as long as it takes.
   *
   * @param why how the attempt before has failed and when this one begins, for people
   * @return whether it may begin: not while something of the attempt before runs, nor when the
   *     cluster has given the task up
   * @throws InterruptedException if this process is being stopped before it could be counted
   */
  // INVARIANT: promise 4, never two attempts at a time, and none that is not counted.
  public boolean again(String id, String why) throws InterruptedException {
    HeldClaims.Held first = held.find(id).orElseThrow();
    if (!leftover.end(first.assignment().event().id(), first.assignment().task().no())) {
      return false;
    }
    Claim next = first.record().again(why);
    Backoff backoff = new Backoff();
    while (true) {
      try {
        Optional<Boolean> counted = further.count(held.find(id).orElseThrow(), next);
        if (counted.isPresent()) {
          counted.filter(Boolean::booleanValue).ifPresent(it -> listeners.forEach(Listener::tried));
          return counted.get();
        }
      } catch (ConsulUnavailableException | ConsulDeniedException e) {
        if (backoff.isFirst()) {
          LOG.atLevel(Denial.level(e))
              .log("claim={} attempt={} waits: {}", id, next.attempt(), e.getMessage());
        }
      }
      if (closed.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new InterruptedException("stopped before a further attempt at " + id);
      }
    }
  }

  /**
   * Records how a claimed task ended, with its log. Tries for as long as it takes, also without the
   * right to it: nobody would know the outcome a second time.
   *
   * @throws InterruptedException if this process is being stopped before it could be recorded
   */
  public Ending finish(String id, Outcome outcome, String log) throws InterruptedException {
    recording.add(id);
    try {
      return record(id, outcome, log);
    } finally {
      recording.remove(id);
    }
  }

  private Ending record(String id, Outcome outcome, String log) throws InterruptedException {
    HeldClaims.Held mine = held.find(id).orElseThrow();
    Claim end = mine.record().ended(clock.instant(), outcome);
    Backoff backoff = new Backoff();
    String kept = log;
    while (true) {
      try {
        Optional<Ending> ending = finish.attempt(held.find(id).orElseThrow(), end, kept);
        if (ending.isPresent()) {
          ended.remember(mine.assignment().event(), asRecorded(mine, end, ending.get()));
          held.remove(id);
          logs.forget(id);
          listeners.forEach(listener -> listener.ended(mine.assignment(), end, ending.get()));
          return ending.get();
        }
      } catch (ConsulUnavailableException | ConsulDeniedException e) {
        if (backoff.isFirst()) {
          LOG.atLevel(Denial.level(e))
              .log("claim={} state=unrecorded, it will be tried again: {}", id, e.getMessage());
        }
      } catch (ConsulRejectedException e) {
        LOG.error("claim={} state=unrecorded, its log is left out: {}", id, e.getMessage());
        kept = "the log is left out, since Consul does not take it\n";
      }
      if (closed.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new InterruptedException("stopped before the outcome of " + id + " was recorded");
      }
    }
  }

  /** What the cluster has decided before, counts. */
  private Claim asRecorded(HeldClaims.Held mine, Claim end, Ending ending) {
    if (ending == Ending.RECORDED) {
      return end;
    }
    try {
      return restoring
          .result(mine.assignment())
          .filter(known -> known.status().isFinal())
          .map(restoring::ended)
          .orElse(end);
    } catch (ConsulUnavailableException | ConsulDeniedException e) {
      return end;
    }
  }

  private String session() throws InterruptedException {
    return sessions
        .await(SESSION_PATIENCE)
        .orElseThrow(
            () -> new ConsulUnavailableException("there is no session to claim a task with", null));
  }

  /** Stops trying to record what cannot be recorded now; a later incarnation finds the claim. */
  @Override
  public void close() {
    closed.countDown();
  }
}
