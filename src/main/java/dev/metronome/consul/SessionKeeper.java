package dev.metronome.consul;

import dev.metronome.base.loop.Loop;
import dev.metronome.base.loop.Loops;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this process in possession of one session: creates it, renews it when half of its TTL has
 * passed, and replaces a lost one, for ever, with jittered back-off.
 *
 * <p><em>Guarantees</em>: {@link #current} is empty as soon as this process's own clock says that
 * the session may have expired, counted from the sending of the last successful renewal, whether
 * Consul can be reached or not.
 *
 * <p><em>Does not guarantee</em> that a session returned by {@link #current} still exists: Consul
 * may have ended it a moment ago. Only a transaction that checks it (the fence) knows.
 */
public final class SessionKeeper implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SessionKeeper.class);
  private static final Duration SOON = Duration.ofMillis(250);

  /** Told of changes on the keeper's own thread; must not block for long. */
  public interface Listener {
    /** Called again, after a pause, for as long as it throws and the session lives. */
    void gained(String session);

    void lost(String session);

    /** The session was renewed: it is the same, and lives. Must not throw. */
    default void kept(String session) {}
  }

  private record Held(String id, long renewedNanos) {}

  private final Sessions sessions;
  private final Registration registration;
  private final Duration ttl;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final Loops loops;
  private final Loop loop;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<Listener> untold = new ConcurrentLinkedQueue<>();
  private volatile Held held;
  private Optional<String> abandoned = Optional.empty();
  private OptionalLong criticalSinceNanos = OptionalLong.empty();
  private volatile boolean closed;

  public SessionKeeper(ConsulConnection connection, Registration registration, Duration ttl) {
    this.sessions = new Sessions(connection);
    this.registration = registration;
    this.ttl = ttl;
    this.loops = connection.loops();
    this.loop = loops.of(Loop.Kind.SESSION, registration.node(), this::turn);
  }

  public void start() {
    loop.start();
  }

  public void listen(Listener listener) {
    listeners.add(listener);
  }

  /** Tells a listener of the present session once more, as it was told when that was new. */
  public void repeat(Listener listener) {
    untold.add(listener);
    suspect();
  }

  /** The session, unless it may have expired. */
  public Optional<String> current() {
    Held now = held;
    return now == null || isExpired(now) ? Optional.empty() : Optional.of(now.id());
  }

  /** Waits for a session. Empty when the time is over or the keeper is closed. */
  public Optional<String> await(Duration most) throws InterruptedException {
    long left = most.toNanos();
    lock.lock();
    try {
      while (current().isEmpty() && left > 0 && !closed) {
        left = changed.awaitNanos(left);
      }
      return current();
    } finally {
      lock.unlock();
    }
  }

  /** Something hints that the session is gone: ask Consul now rather than at the next renewal. */
  public void suspect() {
    loop.wake();
  }

  private boolean isExpired(Held some) {
    return System.nanoTime() - some.renewedNanos() > ttl.toNanos();
  }

  private Duration turn() {
    try {
      if (held == null) {
        create();
      } else {
        renew();
      }
      tell();
    } catch (RuntimeException | Error e) {
      expireIfDue();
      if (isYetToBeSeen(e)) {
        return SOON;
      }
      throw e;
    }
    criticalSinceNanos = OptionalLong.empty();
    return ttl.dividedBy(2);
  }

  /**
   * An agent that was killed is critical to Consul until its successor's registration has come
   * through: the normal course of a start, and a failure only if it lasts.
   */
  private boolean isYetToBeSeen(Throwable failure) {
    if (!Sessions.isCheckCritical(failure)) {
      return false;
    }
    long now = System.nanoTime();
    if (criticalSinceNanos.isEmpty()) {
      criticalSinceNanos = OptionalLong.of(now);
      LOG.info(
          "session={} state=waiting until Consul has seen that this agent lives: {}",
          registration.node(),
          failure.getMessage());
    }
    return now - criticalSinceNanos.getAsLong() < ttl.dividedBy(3).toNanos();
  }

  private void create() {
    demandLife();
    abandoned.ifPresent(sessions::destroy);
    abandoned = Optional.empty();
    registration.register();
    long sent = System.nanoTime();
    String id = sessions.create(registration.serviceId(), ttl, registration.checks());
    set(new Held(id, sent));
    LOG.info("session={} state=created", id);
    untold.addAll(listeners);
  }

  /** A half-dead agent would only take part in the elections, and lose each session again. */
  private void demandLife() {
    for (Loop each : loops.all()) {
      if (each.isDead()) {
        throw new IllegalStateException(
            "the " + each + " of this agent has died; it takes no part until it is restarted");
      }
    }
  }

  /** Tells of the session who has not taken it yet; one that fails does not keep others from it. */
  private void tell() {
    RuntimeException failure = null;
    for (int left = untold.size(); left > 0; left--) {
      Listener listener = untold.remove();
      try {
        listener.gained(held.id());
      } catch (RuntimeException e) {
        untold.add(listener);
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void renew() {
    Held now = held;
    long sent = System.nanoTime();
    if (sessions.renew(now.id())) {
      set(new Held(now.id(), sent));
      listeners.forEach(listener -> listener.kept(now.id()));
    } else {
      lose(now);
      abandoned = Optional.of(now.id()); // "not found" may come from a proxy
      create();
    }
  }

  private void expireIfDue() {
    Held now = held;
    if (now != null && isExpired(now)) {
      lose(now);
      abandoned = Optional.of(now.id()); // Consul may keep it, and its locks, for much longer
    }
  }

  private void lose(Held some) {
    set(null);
    untold.clear();
    LOG.warn("session={} state=lost", some.id());
    for (Listener listener : listeners) {
      try {
        listener.lost(some.id());
      } catch (RuntimeException e) {
        LOG.error("session={} a listener failed: {}", some.id(), e.toString());
      }
    }
  }

  private void set(Held now) {
    held = now;
    signal();
  }

  private void signal() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the session, so that its locks are free at once. Holders release theirs first. */
  @Override
  public void close() {
    closed = true;
    loop.close();
    signal(); // who waits for a session is not to wait for the end of the thread
    try {
      loop.join(Duration.ofSeconds(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Held last = held;
    set(null);
    if (last != null) {
      sessions.destroy(last.id());
    }
  }
}
