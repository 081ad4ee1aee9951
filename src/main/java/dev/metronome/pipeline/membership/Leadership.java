package dev.metronome.pipeline.membership;

import dev.metronome.consul.Commit;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.SessionKeeper;
import dev.metronome.consul.Snapshot;
import dev.metronome.consul.Transaction;
import dev.metronome.consul.Watch;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The election of one leader among all agents, by the lock of one key.
 *
 * <p><em>Guarantees</em>: at most one session holds the lock; leadership is given up at once when
 * the session is lost or may have expired by this process's own clock; a vacancy that Consul
 * reports is contested at once; it goes on for ever.
 *
 * <p><em>Does not guarantee</em> that {@link #isLeader} is still true when its caller acts: only
 * the fence in a transaction knows. Listeners may be called on several threads, never two at a
 * time.
 */
public final class Leadership implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

  /** How long a contest that is under way holds up the closing. */
  private static final Duration CONTEST = Duration.ofSeconds(10);

  /** Told when this agent becomes leader, and when it is no longer. */
  @FunctionalInterface
  public interface Listener {
    void changed(boolean leader);
  }

  private final ConsulConnection connection;
  private final SessionKeeper sessions;
  private final String key;
  private final byte[] holder;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final AtomicReference<Optional<String>> term = new AtomicReference<>(Optional.empty());
  private volatile Optional<Entry> seen = Optional.empty();
  private final ReadWriteLock contests = new ReentrantReadWriteLock();
  private volatile boolean closed;
  private Watch<List<Entry>> watch;

  /**
   * @param key whose lock is leadership
   * @param holder what the leader writes into it, for people: JSON that names it
   */
  public Leadership(
      ConsulConnection connection, SessionKeeper sessions, String key, byte[] holder) {
    this.connection = connection;
    this.sessions = sessions;
    this.key = key;
    this.holder = holder.clone();
  }

  public void listen(Listener listener) {
    listeners.add(listener);
  }

  public void start() {
    sessions.listen(
        new SessionKeeper.Listener() {
          @Override
          public void gained(String session) {
            contest();
          }

          @Override
          public void lost(String session) {
            set(Optional.empty());
          }
        });
    watch = connection.watch(key, this::seen);
  }

  /** Whether this agent holds the lock, as far as it can know. */
  public boolean isLeader() {
    return fence().isPresent();
  }

  /** The session that the leader's transactions check; empty if this agent does not lead. */
  public Optional<String> fence() {
    return term.get().filter(session -> sessions.current().filter(session::equals).isPresent());
  }

  /** The key whose lock the leader's transactions check. */
  public String key() {
    return key;
  }

  /** What begins each of the leader's transactions; empty if this agent does not lead. */
  public Optional<Transaction> fenced() {
    return fence().map(session -> new Transaction().checkSession(key, session));
  }

  /** What the holder of the lock wrote, if anyone holds it. */
  public Optional<byte[]> holder() {
    return seen.filter(Entry::isLocked).map(Entry::value);
  }

  /** A fenced transaction was refused: look again who leads. */
  public void suspect() {
    sessions.suspect();
    connection.get(key).ifPresentOrElse(this::judge, this::vacant);
  }

  private void seen(Snapshot<List<Entry>> snapshot) {
    seen = snapshot.value().stream().filter(entry -> entry.key().equals(key)).findFirst();
    // A watch may show what was before this agent took the lock (docs/protocol.md, "Transactions"):
    // whoever leads
    // looks again before it steps down.
    Optional<Entry> now = isLeader() && !isOwn(seen) ? connection.get(key) : seen;
    now.ifPresentOrElse(this::judge, this::vacant);
  }

  private boolean isOwn(Optional<Entry> lock) {
    Optional<String> own = sessions.current();
    return own.isPresent() && lock.filter(entry -> entry.isLockedBy(own.get())).isPresent();
  }

  private void judge(Entry entry) {
    Optional<String> own = closed ? Optional.empty() : sessions.current();
    if (entry.session().isEmpty()) {
      vacant();
    } else if (own.isPresent() && entry.isLockedBy(own.get())) {
      set(own);
      putBack(entry, own.get());
    } else {
      set(Optional.empty());
    }
  }

  /** What the holder says of itself is its own, whoever has written there. */
  private void putBack(Entry entry, String session) {
    if (!Arrays.equals(entry.value(), holder)) {
      connection.commit(new Transaction("lead").lock(key, holder, session));
    }
  }

  private void vacant() {
    set(Optional.empty());
    contest();
  }

  /** Throws if Consul cannot be reached: watch and session keeper then call it again. */
  private void contest() {
    contests.readLock().lock();
    try {
      Optional<String> session = sessions.current();
      if (session.isPresent() && !closed && !isLeader()) {
        contest(session.get());
      }
    } finally {
      contests.readLock().unlock();
    }
  }

  private void contest(String session) {
    try {
      take(session);
    } finally {
      if (closed) {
        resign(session);
      }
    }
  }

  private void take(String session) {
    Commit commit = connection.commit(new Transaction("lead").lock(key, holder, session));
    if (commit.isDone()) {
      set(Optional.of(session));
    } else {
      sessions.suspect(); // another one was faster, or the session is gone
    }
  }

  /** Once it closes it never leads: another thread may have looked at the lock before that. */
  private synchronized void set(Optional<String> wanted) {
    Optional<String> now = closed ? Optional.empty() : wanted;
    Optional<String> before = term.getAndSet(now);
    if (before.isPresent() == now.isPresent()) {
      return;
    }
    LOG.info("leader={}", now.isPresent() ? "this agent" : "another agent or none");
    for (Listener listener : listeners) {
      try {
        listener.changed(now.isPresent());
      } catch (RuntimeException e) {
        LOG.error("leader={} a listener failed: {}", now.isPresent(), e.toString());
      }
    }
  }

  /** Hands the leadership over: stops contesting and releases the lock, so that others take it. */
  @Override
  public void close() {
    closed = true;
    Optional<String> session = term.get();
    set(Optional.empty());
    awaitContests();
    if (watch != null) {
      watch.close();
    }
    session.ifPresent(this::resign);
  }

  /**
   * For a while: the closing interrupts who contests, and a lock that is on its way to Consul then
   * may come there after its release, and stay for as long as the session does.
   */
  private void awaitContests() {
    try {
      if (contests.writeLock().tryLock(CONTEST.toNanos(), TimeUnit.NANOSECONDS)) {
        contests.writeLock().unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Also when the lock comes after the closing: a contest may have been under way, on a thread that
   * the closing has interrupted.
   */
  private void resign(String session) {
    set(Optional.empty());
    boolean interrupted = Thread.interrupted();
    while (!released(session)) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** False if an interruption came in between: whether it is released is then not known. */
  private boolean released(String session) {
    try {
      connection.commit(new Transaction("hand-over").unlock(key, holder, session));
    } catch (RuntimeException e) {
      if (Thread.interrupted()) {
        return false;
      }
      // no warning: the session ends next, and with it the lock
      LOG.info("leader=released only with its session: {}", e.getMessage());
    }
    return true;
  }
}
