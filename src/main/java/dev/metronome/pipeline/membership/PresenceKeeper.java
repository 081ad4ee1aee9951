package dev.metronome.pipeline.membership;

import dev.metronome.consul.Commit;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.SessionKeeper;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NewerRecordException;
import dev.metronome.model.record.Presence;
import dev.metronome.model.record.UnreadableRecordException;
import dev.metronome.pipeline.process.LivingProcess;
import dev.metronome.pipeline.quarantine.Quarantine;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds this agent's presence key.
 *
 * <p><em>Guarantees</em>: while another process that may be alive holds the key, this one does not
 * start; the key is locked again with each new session.
 *
 * <p><em>Does not guarantee</em> that two agents which start in the same second under one name
 * notice each other before both have registered: then the one without the lock says so and stops.
 */
public final class PresenceKeeper implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PresenceKeeper.class);
  private static final long LOOK_MILLIS = 500;

  private final ConsulConnection connection;
  private final Keys keys;
  private final String node;
  private final Supplier<Presence> self;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final SessionKeeper.Listener announcer = new Announcer();
  private volatile SessionKeeper followed;
  private volatile long seenIndex;
  private volatile Said said;
  private boolean withdrawn;

  /**
   * @param self what to say, read anew each time
   */
  public PresenceKeeper(
      ConsulConnection connection, Keys keys, String node, Supplier<Presence> self) {
    this.connection = connection;
    this.keys = keys;
    this.node = node;
    this.self = self;
  }

  /**
   * Waits until the name is free.
   *
   * @param patience how long a holder that cannot be judged from here may take to vanish; more than
   *     twice the session's TTL
   * @throws NameTakenException a living process holds it
   * @throws InterruptedException if the agent is stopped meanwhile
   */
  public void awaitName(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    boolean said = false;
    while (true) {
      Optional<Entry> entry = connection.get(keys.presence(node)).filter(Entry::isLocked);
      if (entry.isEmpty() || isOwn(entry.get())) {
        return;
      }
      Optional<Presence> other = read(entry.get());
      if (other.filter(this::isDead).isPresent()) {
        connection.endSession(entry.get().session().orElseThrow());
        LOG.info("node={} state=free the process {} is gone", node, other.get().pid());
        return;
      }
      if (other.filter(this::isAlive).isPresent() || System.nanoTime() > deadline) {
        throw new NameTakenException(taken(other));
      }
      if (!said) {
        LOG.warn("node={} state=waiting {}", node, taken(other));
        said = true;
      }
      if (closed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new InterruptedException("stopped while the node name " + node + " was held");
      }
    }
  }

  /** Locks the key with each session from now on. */
  public void follow(SessionKeeper sessions) {
    followed = sessions;
    sessions.listen(announcer);
  }

  /** What there is to say has changed: says it again, as soon as there is a session. */
  public void refresh() {
    SessionKeeper sessions = followed;
    if (sessions != null) {
      sessions.repeat(announcer);
    }
  }

  private final class Announcer implements SessionKeeper.Listener {
    @Override
    public void gained(String session) {
      if (!announce(session)) {
        throw new IllegalStateException("another session holds the presence of " + node);
      }
    }

    @Override
    public void lost(String session) {}
  }

  /**
   * Writes what this agent says of itself, with the lock; nothing once that has been withdrawn.
   * Returns false if another session holds it.
   */
  public synchronized boolean announce(String session) {
    if (withdrawn) {
      return true;
    }
    byte[] value = Json.write(self.get());
    Transaction announcement =
        new Transaction("presence").lock(keys.presence(node), value, session);
    spoiled().ifPresent(announcement::and);
    Commit commit = connection.commit(announcement);
    if (commit instanceof Commit.Refused refused) {
      LOG.error("node={} state=name-taken another agent holds it: {}", node, refused.why());
    } else if (commit instanceof Commit.Done done) {
      said = new Said(value, done.index());
    }
    return commit.isDone();
  }

  // INVARIANT: promise 7, an unreadable record is set aside with its key named in the log.
  private Optional<Transaction> spoiled() {
    Optional<Entry> entry = connection.get(keys.presence(node));
    try {
      entry.ifPresent(found -> Json.read(found.key(), found.value(), Presence.class));
      return Optional.empty();
    } catch (NewerRecordException e) {
      return Optional.empty(); // of this node's agent before it went back to an older version
    } catch (UnreadableRecordException e) {
      LOG.error("item={} state=set-aside {}", e.key(), e.getMessage());
      return Optional.of(Quarantine.keeping(keys, entry.orElseThrow(), e, Instant.now()));
    }
  }

  /**
   * What stands at this agent's key was seen: says it again if it is gone, cannot be read, or is
   * not what this agent has said last. Once for each change, however often it is seen, and not
   * where another session holds it.
   */
  public void seen(Optional<Entry> presence) {
    SessionKeeper sessions = followed;
    Said last = said;
    if (sessions == null || last == null || presence.filter(last::includes).isPresent()) {
      return;
    }
    if (presence.filter(entry -> entry.modifyIndex() <= seenIndex).isPresent()) {
      return;
    }
    boolean foreign =
        presence
            .filter(Entry::isLocked)
            .filter(entry -> sessions.current().filter(entry::isLockedBy).isEmpty())
            .isPresent();
    if (!foreign || presence.filter(entry -> !isReadable(entry)).isPresent()) {
      seenIndex = presence.map(Entry::modifyIndex).orElse(seenIndex);
      refresh();
    }
  }

  /** What was written last, and when. */
  private static final class Said {
    private final byte[] value;
    private final long index;

    Said(byte[] value, long index) {
      this.value = value;
      this.index = index;
    }

    /** It, or what was there before it. */
    boolean includes(Entry entry) {
      return Arrays.equals(entry.value(), value) || entry.modifyIndex() <= index;
    }
  }

  private static boolean isReadable(Entry entry) {
    try {
      Json.read(entry.key(), entry.value(), Presence.class);
      return true;
    } catch (UnreadableRecordException e) {
      return false;
    } catch (NewerRecordException e) {
      return true;
    }
  }

  /** Takes the key back, for good: this agent leaves. */
  public synchronized void withdraw(String session) {
    withdrawn = true;
    connection.commit(
        new Transaction().checkSession(keys.presence(node), session).delete(keys.presence(node)));
  }

  private String taken(Optional<Presence> other) {
    return "the node name "
        + node
        + " is held by "
        + other
            .map(
                p ->
                    "process "
                        + p.pid()
                        + " on "
                        + p.host().split(" ", 2)[0]
                        + ", started "
                        + p.startedAt())
            .orElse("a process that says nothing of itself")
        + "; stop it, or give this agent another name with --node";
  }

  private boolean isOwn(Entry entry) {
    return read(entry).filter(p -> p.incarnation().equals(self.get().incarnation())).isPresent();
  }

  private boolean isSameHost(Presence other) {
    return other.host().equals(self.get().host());
  }

  private boolean isAlive(Presence other) {
    return isSameHost(other) && isRunning(other);
  }

  private boolean isDead(Presence other) {
    return isSameHost(other) && !isRunning(other);
  }

  /** The same PID with another start time is another process. */
  private static boolean isRunning(Presence other) {
    return ProcessHandle.of(other.pid())
        .filter(process -> LivingProcess.is(process.pid()))
        .flatMap(process -> process.info().startInstant())
        .filter(
            start ->
                Duration.between(start, other.startedAt()).abs().compareTo(Duration.ofSeconds(2))
                    <= 0)
        .isPresent();
  }

  private static Optional<Presence> read(Entry entry) {
    return Json.readable(entry.key(), entry.value(), Presence.class);
  }

  /** Ends the waiting for the name. */
  @Override
  public void close() {
    closed.countDown();
  }
}
