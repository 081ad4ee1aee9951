package dev.metronome.pipeline.execute;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulDeniedException;
import dev.metronome.consul.ConsulRejectedException;
import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.TaskId;
import dev.metronome.pipeline.claim.Claims;
import dev.metronome.pipeline.process.BoundedOutput;
import dev.metronome.pipeline.process.OutputFiles;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node keeps of its tasks' output beside their logs in Consul: all that a running task
 * says, so that the agent after this one can still tell it.
 *
 * <p><em>Guarantees</em>: what was kept of a task that this node's agent did not end itself is in
 * the task's log before the file goes; of what does not fit there the file stays.
 *
 * <p><em>Does not guarantee</em> anything where the folder cannot be used. Thread-safe.
 */
public final class FullOutput implements TaskRuns.Listener, Claims.Listener {

  private static final Logger LOG = LoggerFactory.getLogger(FullOutput.class);
  private static final String TOLD =
      "its agent was gone before it ended: this is told from what the node has kept of it";

  /** What fits into a transaction when it is encoded, and leaves room for notes. */
  private static final int LONGEST = 370_000;

  private final Optional<OutputFiles> files;
  private final Supplier<BoundedOutput> logs;
  private final UnaryOperator<String> discretion;
  private final ConsulConnection connection;
  private final Keys keys;
  private final String node;
  private final Clock clock;

  /**
   * @param files empty where nothing is kept
   * @param logs makes the log of a task
   * @param discretion hides known secrets
   */
  public FullOutput(
      Optional<OutputFiles> files,
      Supplier<BoundedOutput> logs,
      UnaryOperator<String> discretion,
      ConsulConnection connection,
      Keys keys,
      String node,
      Clock clock) {
    this.files = files;
    this.logs = logs;
    this.discretion = discretion;
    this.connection = connection;
    this.keys = keys;
    this.node = node;
    this.clock = clock;
  }

  @Override
  public void begun(String task, BoundedOutput log) {
    files.filter(it -> it.has(task)).ifPresent(it -> awaitKeeper(it, task));
    files.ifPresent(it -> it.begin(task, log));
  }

  /** The task's log stands in Consul. */
  void ended(String task, BoundedOutput log) {
    files.ifPresent(it -> it.end(task, log));
  }

  @Override
  public void inherited(Assignment assignment, Claim claim) {
    if (files.filter(it -> it.has(claim.taskId())).isPresent()) {
      tell(claim.eventId(), claim.no());
    }
  }

  /** Tells what was kept of tasks that have ended without this node's agent. */
  void tell(AbandonedTasks abandoned, Stragglers stragglers) {
    for (String task : files.map(OutputFiles::untold).orElse(Set.of())) {
      int dot = task.lastIndexOf('.');
      if (dot > 0 && task.substring(dot + 1).matches("[0-9]{1,6}") && !stragglers.isKnown(task)) {
        String eventId = task.substring(0, dot);
        int no = Integer.parseInt(task.substring(dot + 1));
        if (abandoned.onLost(eventId, no).isPresent()) {
          tell(eventId, no);
        }
      }
    }
  }

  private void tell(String eventId, int no) {
    try {
      append(eventId, no, TOLD);
    } catch (ConsulUnavailableException e) {
      LOG.debug("output={}.{} is not told yet", eventId, no);
    } catch (ConsulDeniedException | ConsulRejectedException e) {
      LOG.warn("output={}.{} stays here, untold: {}", eventId, no, e.getMessage());
    }
  }

  /**
   * Appends to a task's log in Consul what was kept of it here, and a note; its status stays
   * (promise 6).
   */
  void append(String eventId, int no, String note) {
    String key = keys.log(eventId, no, node);
    String task = TaskId.of(eventId, no);
    Optional<BoundedOutput> kept = files.filter(it -> it.has(task)).map(it -> replayed(it, task));
    String said = kept.map(log -> discretion.apply(log.render())).orElse("");
    String text = joined(log(key), said) + BoundedOutput.note(clock.instant(), note);
    connection.commit(new Transaction("late").set(key, text.getBytes(StandardCharsets.UTF_8)));
    if (kept.isPresent()) {
      told(files.get(), task, kept.get());
    }
  }

  private static void told(OutputFiles from, String task, BoundedOutput log) {
    if (log.bytesOmitted() == 0) {
      from.remove(task);
    } else {
      from.told(task);
    }
  }

  private BoundedOutput replayed(OutputFiles from, String task) {
    BoundedOutput log = logs.get();
    awaitKeeper(from, task);
    from.replay(task, log);
    return log;
  }

  private static void awaitKeeper(OutputFiles from, String task) {
    try {
      from.awaitKeeper(task);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String log(String key) {
    Optional<byte[]> log = connection.get(key).map(Entry::value);
    return log.map(bytes -> new String(bytes, StandardCharsets.UTF_8)).orElse("");
  }

  /** What was shown while the task ran is the beginning of what was kept. */
  private static String joined(String before, String said) {
    boolean same = !said.isEmpty() && before.lines().findFirst().equals(said.lines().findFirst());
    boolean tooLong = !said.isEmpty() && bytes(before) + bytes(said) > LONGEST;
    return same || tooLong ? said : before + said;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
