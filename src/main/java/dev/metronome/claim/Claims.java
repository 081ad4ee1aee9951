package dev.metronome.claim;

import dev.metronome.consul.Backoff;
import dev.metronome.consul.Commit;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulDeniedException;
import dev.metronome.consul.ConsulRejectedException;
import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.consul.Denial;
import dev.metronome.consul.Entry;
import dev.metronome.consul.SessionKeeper;
import dev.metronome.consul.Transaction;
import dev.metronome.record.Assignment;
import dev.metronome.record.Claim;
import dev.metronome.record.Json;
import dev.metronome.record.Keys;
import dev.metronome.record.NewerRecordException;
import dev.metronome.record.NodeResult;
import dev.metronome.record.Outcome;
import dev.metronome.record.Reason;
import dev.metronome.record.UnreadableRecordException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes and ends this node's claims (transactions <em>claim</em> and <em>finish</em>, design
 * section 4).
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
  private final Keys keys;
  private final String node;
  private final String incarnation;
  private final Clock clock;
  private final Leftover leftover;
  private final Map<String, Held> held = new ConcurrentHashMap<>();
  private final Map<String, Shown> shown = new ConcurrentHashMap<>();
  private final List<ClaimListener> listeners = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);

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
    this.connection = connection;
    this.sessions = sessions;
    this.keys = keys;
    this.node = node;
    this.incarnation = incarnation;
    this.clock = clock;
    this.leftover = leftover;
    sessions.listen(new Relock());
  }

  /** Tells of each claim from now on. */
  public void listen(ClaimListener to) {
    listeners.add(to);
  }

  static String id(Assignment assignment) {
    return assignment.event().id() + "." + assignment.task().no();
  }

  /** The attempt that this process is running of a task; empty if it does not hold the claim. */
  public Optional<Integer> attempt(String id) {
    return Optional.ofNullable(held.get(id)).map(mine -> mine.record().attempt());
  }

  /** The tasks that this process has claimed and not ended. */
  public List<Assignment> held() {
    return held.values().stream().map(Held::assignment).toList();
  }

  /** How many tasks this process has claimed and not ended. */
  public int count() {
    return held.size();
  }

  /**
   * Takes a task.
   *
   * @param index ModifyIndex of the assignment as it was read
   * @return whether this process may run it now
   */
  // INVARIANT: promise 4, an operation list runs at most once per event and NO.
  public boolean take(Assignment assignment, long index) throws InterruptedException {
    String session = session();
    Claim claim = Claim.running(assignment, node, incarnation, 1, clock.instant());
    Transaction take =
        unchanged(assignment, index)
            .checkNotExists(key(assignment))
            .lock(key(assignment), Json.write(claim), session)
            .set(result(assignment), Json.write(NodeResult.of(claim)));
    // Of a cancelled task only what an earlier incarnation has left is dealt with.
    Commit commit =
        assignment.cancelled().isPresent()
            ? new Commit.Refused(0, "the task is cancelled")
            : connection.commit(take);
    if (commit instanceof Commit.Done done) {
      return hold(assignment, claim, done.index(), session);
    }
    Optional<Entry> found = connection.get(key(assignment));
    if (found.isEmpty()) {
      LOG.debug("claim={} refused: {}", id(assignment), ((Commit.Refused) commit).why());
      sessions.suspect();
      return false;
    }
    return taken(assignment, index, found.get());
  }

  /** The claim exists: by this very call whose reply was lost, or of an earlier incarnation. */
  private boolean taken(Assignment assignment, long index, Entry entry)
      throws InterruptedException {
    Claim claim = Json.read(entry.key(), entry.value(), Claim.class);
    if (claim.outcome().isPresent() || held.containsKey(id(assignment))) {
      return false;
    }
    if (claim.incarnation().equals(incarnation)) {
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
            && assignment.task().retryable()
            && earlier.attempt() < assignment.task().maxAttempts();
    return again
        ? retry(assignment, index, entry, earlier)
        : interrupted(assignment, entry, earlier);
  }

  private boolean retry(Assignment assignment, long index, Entry entry, Claim earlier)
      throws InterruptedException {
    String session = session();
    Claim claim =
        Claim.running(assignment, node, incarnation, earlier.attempt() + 1, clock.instant());
    Commit commit =
        connection.commit(
            unchanged(assignment, index)
                .checkIndex(entry.key(), entry.modifyIndex())
                .lock(entry.key(), Json.write(claim), session)
                .set(result(assignment), Json.write(NodeResult.of(claim))));
    return commit instanceof Commit.Done done && hold(assignment, claim, done.index(), session);
  }

  private boolean interrupted(Assignment assignment, Entry entry, Claim earlier) {
    Outcome outcome =
        Outcome.error(
            Reason.INTERRUPTED,
            "the agent of node "
                + node
                + " was restarted while it ran the task; whether it did its work is not known");
    Claim ended = earlier.ended(clock.instant(), outcome);
    Commit commit =
        connection.commit(
            new Transaction("interrupted")
                .compareAndSet(entry.key(), Json.write(ended), entry.modifyIndex())
                .set(result(assignment), Json.write(NodeResult.of(ended)))
                .delete(keys.assignment(node, earlier.eventId(), earlier.no())));
    if (commit.isDone()) {
      listeners.forEach(listener -> listener.inherited(assignment, ended));
    }
    LOG.warn("claim={} state=interrupted recorded={}", id(assignment), commit.isDone());
    return false;
  }

  private boolean hold(Assignment assignment, Claim claim, long index, String session) {
    held.put(id(assignment), new Held(assignment, claim, index, session));
    LOG.info(
        "event={} no={} task={} state=claimed attempt={}",
        claim.eventId(),
        claim.no(),
        assignment.task().task(),
        claim.attempt());
    listeners.forEach(ClaimListener::taken);
    return true;
  }

  /** What was written of a running task's log, and what may have been since: an answer was lost. */
  private record Shown(String written, String attempted) {
    boolean includes(String log) {
      return log.equals(written) || log.equals(attempted);
    }
  }

  /**
   * Shows the log of a running task as it is by now; {@link #finish} replaces it.
   *
   * @return whether it was written: not unless this process holds the claim, by its session
   */
  // INVARIANT: promise 5, a node that has lost its session writes nothing.
  public boolean show(String id, String log) {
    Held mine = held.get(id);
    if (mine == null) {
      return false;
    }
    Shown before = shown.getOrDefault(id, new Shown("", ""));
    shown.put(id, new Shown(before.written(), log));
    Commit commit =
        connection.commit(
            new Transaction("show log")
                .checkSession(key(mine.assignment()), mine.session())
                .set(log(mine.assignment()), log.getBytes(StandardCharsets.UTF_8)));
    if (commit.isDone()) {
      shown.put(id, new Shown(log, log));
    }
    return commit.isDone();
  }

  /**
   * Records how a claimed task ended, with its log. Tries for as long as it takes, also without the
   * right to it: nobody would know the outcome a second time.
   *
   * @throws InterruptedException if this process is being stopped before it could be recorded
   */
  public Ending finish(String id, Outcome outcome, String log) throws InterruptedException {
    Held mine = held.get(id);
    Claim ended = mine.record().ended(clock.instant(), outcome);
    Backoff backoff = new Backoff();
    String kept = log;
    while (true) {
      try {
        Optional<Ending> ending = tryFinish(held.get(id), ended, kept);
        if (ending.isPresent()) {
          held.remove(id);
          shown.remove(id);
          listeners.forEach(listener -> listener.ended(mine.assignment(), ended, ending.get()));
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

  private Optional<Ending> tryFinish(Held mine, Claim ended, String log) {
    Assignment assignment = mine.assignment();
    Transaction finish =
        new Transaction("finish")
            .checkSession(key(assignment), mine.session())
            .checkIndex(key(assignment), mine.index())
            .unlock(key(assignment), Json.write(ended), mine.session())
            .set(result(assignment), Json.write(NodeResult.of(ended)))
            .set(log(assignment), log.getBytes(StandardCharsets.UTF_8))
            .delete(keys.assignment(node, ended.eventId(), ended.no()));
    if (connection.commit(finish).isDone()) {
      return Optional.of(Ending.RECORDED);
    }
    return refused(mine, ended, log);
  }

  /** The claim is not as it was left: ended by the leader, or its lock was lost. */
  private Optional<Ending> refused(Held mine, Claim ended, String log) {
    Optional<Entry> entry = connection.get(key(mine.assignment()));
    if (entry.isEmpty()) {
      return Optional.of(late(mine, ended, log));
    }
    Claim found;
    try {
      found = Json.read(entry.get().key(), entry.get().value(), Claim.class);
    } catch (UnreadableRecordException | NewerRecordException e) {
      LOG.error("claim={} state=broken {}", id(mine.assignment()), e.getMessage());
      return Optional.of(late(mine, ended, log));
    }
    boolean own = found.incarnation().equals(incarnation) && found.attempt() == ended.attempt();
    if (found.outcome().isPresent()) {
      boolean written = own && found.finishedAt().equals(ended.finishedAt());
      return Optional.of(written ? Ending.RECORDED : late(mine, ended, log));
    }
    if (!own) {
      return Optional.of(late(mine, ended, log));
    }
    relock(mine, entry.get());
    return Optional.empty();
  }

  /** Appends the late outcome to the task's log; its status stays (promise 6). */
  private Ending late(Held mine, Claim ended, String log) {
    String key = log(mine.assignment());
    Shown own = shown.getOrDefault(id(mine.assignment()), new Shown("", ""));
    String before =
        connection
            .get(key)
            .map(entry -> new String(entry.value(), StandardCharsets.UTF_8))
            .filter(text -> !own.includes(text)) // the log has all of that
            .orElse("");
    String note =
        clock.instant()
            + " [WARN ] the task ended here as "
            + ended.outcome().map(how -> how.status().word()).orElse("unknown")
            + " after the cluster had given it up; its status stays\n";
    connection.commit(
        new Transaction("late").set(key, (before + log + note).getBytes(StandardCharsets.UTF_8)));
    LOG.warn("event={} no={} state=late {}", ended.eventId(), ended.no(), note.strip());
    return Ending.LATE;
  }

  private void relock(Held mine, Entry entry) {
    Optional<String> session = sessions.current();
    if (session.isEmpty()) {
      return;
    }
    Commit commit =
        connection.commit(
            new Transaction("relock")
                .checkIndex(entry.key(), entry.modifyIndex())
                .lock(entry.key(), entry.value(), session.get()));
    if (commit instanceof Commit.Done done) {
      held.put(id(mine.assignment()), mine.locked(done.index(), session.get()));
      LOG.info("claim={} state=locked-again", id(mine.assignment()));
    }
  }

  /** A running operation is not ended because Consul hiccuped (design section 5). */
  private final class Relock implements SessionKeeper.Listener {
    @Override
    public void gained(String session) {
      RuntimeException failure = null;
      for (Held mine : held.values()) {
        try {
          connection
              .get(key(mine.assignment()))
              .filter(entry -> !entry.isLocked() && names(entry))
              .ifPresent(entry -> relock(mine, entry));
        } catch (RuntimeException e) {
          LOG.warn("claim={} not locked again yet: {}", id(mine.assignment()), e.getMessage());
          failure = e;
        }
      }
      if (failure != null) {
        throw failure;
      }
    }

    private boolean names(Entry entry) {
      Claim claim = Json.read(entry.key(), entry.value(), Claim.class);
      return claim.incarnation().equals(incarnation) && claim.outcome().isEmpty();
    }

    @Override
    public void lost(String session) {}
  }

  /** The task must still be assigned: a leader that closed it has deleted the assignment. */
  private Transaction unchanged(Assignment assignment, long index) {
    return new Transaction("claim")
        .checkIndex(keys.assignment(node, assignment.event().id(), assignment.task().no()), index);
  }

  private String session() throws InterruptedException {
    return sessions
        .await(SESSION_PATIENCE)
        .orElseThrow(
            () -> new ConsulUnavailableException("there is no session to claim a task with", null));
  }

  private String key(Assignment assignment) {
    return keys.claim(assignment.event().id(), assignment.task().no(), node);
  }

  private String result(Assignment assignment) {
    return keys.result(assignment.event().id(), assignment.task().no(), node);
  }

  private String log(Assignment assignment) {
    return keys.log(assignment.event().id(), assignment.task().no(), node);
  }

  /** Stops trying to record what cannot be recorded now; a later incarnation finds the claim. */
  @Override
  public void close() {
    closed.countDown();
  }
}
