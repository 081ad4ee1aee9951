package dev.metronome.pipeline.claim;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.model.record.Assignment;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The logs of this node's tasks, outside of the transaction that ends a task with its log. */
final class TaskLogs {

  private static final Shown NOTHING = new Shown("", "");

  private final ConsulConnection connection;
  private final ClaimTransactions transactions;
  private final Map<String, Shown> shown = new ConcurrentHashMap<>();

  /** What was written of a running task's log, and what may have been since: an answer was lost. */
  private record Shown(String written, String attempted) {
    boolean includes(String log) {
      return log.equals(written) || log.equals(attempted);
    }
  }

  TaskLogs(ConsulConnection connection, ClaimTransactions transactions) {
    this.connection = connection;
    this.transactions = transactions;
  }

  /** Writes the log of a running task as it is by now; returns whether it was written. */
  boolean show(HeldClaims.Held mine, String log) {
    String id = mine.assignment().taskId();
    Shown before = shown.getOrDefault(id, NOTHING);
    shown.put(id, new Shown(before.written(), log));
    boolean done = connection.commit(transactions.show(mine, log)).isDone();
    if (done) {
      shown.put(id, new Shown(log, log));
    }
    return done;
  }

  /**
   * Appends to what others have written into the log meanwhile; what was shown is in it already.
   */
  void append(Assignment assignment, String log) {
    Shown own = shown.getOrDefault(assignment.taskId(), NOTHING);
    String before =
        connection
            .get(transactions.log(assignment))
            .map(entry -> new String(entry.value(), StandardCharsets.UTF_8))
            .filter(text -> !own.includes(text))
            .orElse("");
    connection.commit(transactions.late(assignment, before + log));
  }

  void forget(String id) {
    shown.remove(id);
  }
}
