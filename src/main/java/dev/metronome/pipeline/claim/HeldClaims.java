package dev.metronome.pipeline.claim;

import dev.metronome.consul.Commit;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.SessionKeeper;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Json;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The claims that this process holds, by the ID of the task. One whose lock went with its session
 * is locked again by the next session: a running operation is not ended because Consul hiccuped
 * (docs/protocol.md, "Sessions").
 */
final class HeldClaims implements SessionKeeper.Listener {

  /**
   * A claim that this process made and has not ended yet.
   *
   * @param assignment the task
   * @param record as it stands in Consul
   * @param index its ModifyIndex; every own write to it moves this on
   * @param session that locked it last
   */
  record Held(Assignment assignment, Claim record, long index, String session) {

    Held locked(long now, String by) {
      return new Held(assignment, record, now, by);
    }

    Held trying(Claim next, long now) {
      return new Held(assignment, next, now, session);
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(HeldClaims.class);

  private final ConsulConnection connection;
  private final SessionKeeper sessions;
  private final ClaimTransactions transactions;
  private final String incarnation;
  private final Map<String, Held> held = new ConcurrentHashMap<>();

  HeldClaims(
      ConsulConnection connection,
      SessionKeeper sessions,
      ClaimTransactions transactions,
      String incarnation) {
    this.connection = connection;
    this.sessions = sessions;
    this.transactions = transactions;
    this.incarnation = incarnation;
  }

  void add(Held mine) {
    held.put(mine.assignment().taskId(), mine);
  }

  Optional<Held> find(String id) {
    return Optional.ofNullable(held.get(id));
  }

  Collection<Held> all() {
    return held.values();
  }

  synchronized void remove(String id) {
    held.remove(id);
    notifyAll();
  }

  synchronized boolean awaitNone(Duration most) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    while (!held.isEmpty()) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  /** Whether a claim as it was read is the one that this process made. */
  boolean isOwn(Claim claim) {
    return claim.incarnation().equals(incarnation);
  }

  /**
   * Puts a claim back that somebody has deleted, or has replaced by an older one, while its task
   * runs: it is this process's own, whatever happened to it. Not once the task is assigned no more.
   */
  boolean putBack(Held mine, Optional<Entry> found) {
    Optional<Entry> assigned =
        connection
            .get(transactions.slot(mine.assignment()))
            .filter(entry -> mine.assignment().isIn(entry.key(), entry.value()));
    if (assigned.isEmpty()) {
      return false;
    }
    Transaction change =
        transactions.putBack(mine, assigned.get().modifyIndex(), found, mine.session());
    Commit commit = connection.commit(change);
    if (commit instanceof Commit.Done done) {
      String id = mine.assignment().taskId();
      held.computeIfPresent(id, (same, now) -> now.locked(done.index(), mine.session()));
      LOG.warn("claim={} state=put-back it was deleted or replaced while its task runs", id);
    }
    return commit.isDone();
  }

  /** Looks, now and then, whether the claims are still there. */
  @Override
  public void kept(String session) {
    for (Held mine : held.values()) {
      try {
        Optional<Entry> found = connection.get(transactions.key(mine.assignment()));
        if (mine.session().equals(session) && isForeign(mine, found)) {
          putBack(mine, found);
        }
      } catch (RuntimeException e) {
        LOG.debug("claim={} not looked at: {}", mine.assignment().taskId(), e.getMessage());
      }
    }
  }

  /** Nothing of ours, and nothing that another one holds or the leader has ended. */
  boolean isForeign(Held mine, Optional<Entry> found) {
    if (found.isEmpty()) {
      return true;
    }
    boolean free = !found.get().isLocked() || found.get().isLockedBy(mine.session());
    // One that cannot be read is the leader's to end, or an agent's that knows it.
    return free
        && Json.readable(found.get().key(), found.get().value(), Claim.class)
            .filter(claim -> claim.outcome().isEmpty() && !claim.equals(mine.record()))
            .isPresent();
  }

  /** Locks a claim, as it was read, with the present session, if there is one. */
  void relock(Held mine, Entry entry) {
    Optional<String> session = sessions.current();
    if (session.isEmpty()) {
      return;
    }
    Commit commit = connection.commit(ClaimTransactions.relock(entry, session.get()));
    if (commit instanceof Commit.Done done) {
      String id = mine.assignment().taskId();
      held.computeIfPresent(id, (same, now) -> now.locked(done.index(), session.get()));
      LOG.info("claim={} state=locked-again", id);
    }
  }

  @Override
  public void gained(String session) {
    RuntimeException failure = null;
    for (Held mine : held.values()) {
      try {
        connection
            .get(transactions.key(mine.assignment()))
            .filter(entry -> !entry.isLocked() && isRunning(entry))
            .ifPresent(entry -> relock(mine, entry));
      } catch (RuntimeException e) {
        LOG.warn("claim={} not locked again yet: {}", mine.assignment().taskId(), e.getMessage());
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private boolean isRunning(Entry entry) {
    Claim claim = Json.read(entry.key(), entry.value(), Claim.class);
    return isOwn(claim) && claim.outcome().isEmpty();
  }

  @Override
  public void lost(String session) {}
}
