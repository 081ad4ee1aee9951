package dev.metronome.pipeline.execute;

import dev.metronome.base.loop.Loop;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Keys;
import dev.metronome.model.schedule.OnLost;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.pipeline.claim.Claims;
import dev.metronome.pipeline.process.Leftovers;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What still runs on this node of tasks that the cluster has given up. While there is any, the node
 * takes no new task, and says so in its presence; where the task says {@code on_lost: stop}, it is
 * ended.
 *
 * <p><em>Guarantees</em>: when {@link #find} has returned, an operation of an earlier agent that
 * still runs is known. That it has ended is appended to its task's log; the status stays.
 *
 * <p><em>Does not guarantee</em> to know how an operation of an earlier agent ended: only its
 * parent could. A daemon that such an operation has started in a session of its own counts as the
 * operation. Thread-safe.
 */
public final class Stragglers implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Stragglers.class);
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final ConsulConnection connection;
  private final String node;
  private final AbandonedTasks abandoned;
  private final Claims claims;
  private final Operations operations;
  private final Duration killGrace;
  private final FullOutput output;
  private final Map<String, Straggler> known = new ConcurrentSkipListMap<>();
  private final Runnable changed;
  private Loop loop;
  private boolean closed;

  /**
   * @param schedule this node's task files, which say what {@code on_lost} is
   * @param killGrace how long processes have between SIGTERM and SIGKILL
   * @param output what was kept of what they said
   * @param changed is called whenever {@link #sentence} has changed
   */
  public Stragglers(
      ConsulConnection connection,
      Keys keys,
      String node,
      Supplier<Schedule> schedule,
      Claims claims,
      Operations operations,
      Duration killGrace,
      FullOutput output,
      Runnable changed) {
    this.changed = changed;
    this.connection = connection;
    this.node = node;
    this.abandoned = new AbandonedTasks(connection, keys, node, schedule);
    this.claims = claims;
    this.operations = operations;
    this.killGrace = killGrace;
    this.output = output;
  }

  /** Whether this node may take a new task. */
  public boolean isClear() {
    return known.isEmpty();
  }

  /** What keeps this node from new tasks. */
  public Optional<String> sentence() {
    return known.values().stream().findFirst().map(Straggler::sentence);
  }

  /** Looks for what earlier agents of this node have left running. */
  public void find() {
    for (Straggler.Left left : Straggler.left(node)) {
      abandoned
          .onLost(left.eventId(), left.no())
          .ifPresent(what -> add(Straggler.of(left, what, killGrace)));
    }
    output.tell(abandoned, this);
  }

  /** Whether a task, its event's ID and NO with a dot between them, still runs. */
  boolean isKnown(String task) {
    return known.containsKey(task);
  }

  /** Processes of a task would not end. */
  public void survived(String eventId, int no, Leftovers processes) {
    add(Straggler.of(eventId, no, processes));
  }

  /**
   * The tasks that are assigned to this node now: what else it runs, the leader has given up, but
   * not what it just records as ended.
   */
  void observe(Collection<String> assigned) {
    for (Assignment mine : claims.running()) {
      String id = mine.taskId();
      if (!assigned.contains(id) && !known.containsKey(id)) {
        abandoned
            .onLost(mine.event().id(), mine.task().no())
            .filter(what -> claims.attempt(id).isPresent())
            .ifPresent(what -> relinquish(mine, id, what));
      }
    }
  }

  private void relinquish(Assignment mine, String id, OnLost what) {
    add(Straggler.of(mine, () -> claims.attempt(id).isPresent()));
    if (what == OnLost.STOP) {
      operations.cancel(
          mine.event().id(), mine.task().no(), "the cluster has given the task up (on_lost: stop)");
    }
  }

  private synchronized void add(Straggler straggler) {
    if (closed || known.putIfAbsent(straggler.id(), straggler) != null) {
      return;
    }
    LOG.warn("node={} state=busy {}; until then no task is taken", node, straggler.sentence());
    if (loop == null) {
      loop = connection.loops().of(Loop.Kind.LOOK, "stragglers", this::turn).start();
    }
    changed.run();
  }

  private Duration turn() {
    known.values().forEach(this::look);
    endIfClear();
    return LOOK;
  }

  /** The thread lives only while there is something to look at. */
  private synchronized void endIfClear() {
    if (known.isEmpty() && loop != null) {
      loop.close();
      loop = null;
    }
  }

  private void look(Straggler straggler) {
    try {
      if (straggler.running().getAsBoolean()) {
        straggler.ending().end();
      }
      if (straggler.running().getAsBoolean()) {
        return;
      }
      straggler.lastWord().ifPresent(word -> note(straggler, word));
      known.remove(straggler.id());
      LOG.info("node={} state=free task {} runs here no more", node, straggler.id());
      changed.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ConsulUnavailableException e) {
      LOG.debug("straggler={} is not noted yet: {}", straggler.id(), e.getMessage());
    } catch (RuntimeException e) {
      LOG.warn("straggler={} could not be noted: {}", straggler.id(), e.getMessage());
      known.remove(straggler.id());
    }
  }

  /** Appended to the task's log; its status stays (promise 6). */
  private void note(Straggler straggler, String word) {
    output.append(straggler.eventId(), straggler.no(), word + "; its status stays");
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (loop != null) {
      loop.interrupt();
    }
  }
}
