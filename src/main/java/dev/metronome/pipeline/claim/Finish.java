package dev.metronome.pipeline.claim;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.NewerRecordException;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.UnreadableRecordException;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt to record how a claimed task ended. */
final class Finish {

  private static final Logger LOG = LoggerFactory.getLogger(Finish.class);

  private final ConsulConnection connection;
  private final ClaimTransactions transactions;
  private final HeldClaims held;
  private final TaskLogs logs;
  private final Clock clock;

  Finish(
      ConsulConnection connection,
      ClaimTransactions transactions,
      HeldClaims held,
      TaskLogs logs,
      Clock clock) {
    this.connection = connection;
    this.transactions = transactions;
    this.held = held;
    this.logs = logs;
    this.clock = clock;
  }

  /** Empty if it must be tried again: the claim's lock was lost with its session. */
  Optional<Claims.Ending> attempt(HeldClaims.Held mine, Claim ended, String log) {
    if (connection.commit(transactions.finish(mine, ended, log)).isDone()) {
      return Optional.of(Claims.Ending.RECORDED);
    }
    return refused(mine, ended, log);
  }

  /** The claim is not as it was left: ended by the leader, or its lock was lost. */
  private Optional<Claims.Ending> refused(HeldClaims.Held mine, Claim ended, String log) {
    Optional<Entry> entry = connection.get(transactions.key(mine.assignment()));
    if (held.isForeign(mine, entry) && held.putBack(mine, entry)) {
      return Optional.empty();
    }
    Optional<Claim> found = entry.flatMap(Finish::read);
    if (found.isEmpty()) {
      return Optional.of(isRecorded(mine, ended) ? Claims.Ending.RECORDED : late(mine, ended, log));
    }
    boolean own = held.isOwn(found.get()) && found.get().attempt() == ended.attempt();
    if (own && found.get().outcome().isEmpty()) {
      held.relock(mine, entry.get());
      return Optional.empty();
    }
    boolean written = own && found.get().finishedAt().equals(ended.finishedAt());
    return Optional.of(written ? Claims.Ending.RECORDED : late(mine, ended, log));
  }

  /** By an attempt whose answer was lost: the leader has closed the task since, with its claims. */
  private boolean isRecorded(HeldClaims.Held mine, Claim ended) {
    byte[] own = Json.write(NodeResult.of(ended));
    return connection
        .get(transactions.result(mine.assignment()))
        .filter(result -> Arrays.equals(result.value(), own))
        .isPresent();
  }

  private static Optional<Claim> read(Entry entry) {
    try {
      return Optional.of(Json.read(entry.key(), entry.value(), Claim.class));
    } catch (UnreadableRecordException | NewerRecordException e) {
      LOG.error("claim={} state=broken {}", entry.key(), e.getMessage());
      return Optional.empty();
    }
  }

  /** Appends the late outcome to the task's log; its status stays (promise 6). */
  private Claims.Ending late(HeldClaims.Held mine, Claim ended, String log) {
    String note =
        clock.instant()
            + " [WARN ] the task ended here as "
            + ended.outcome().map(how -> how.status().word()).orElse("unknown")
            + " after the cluster had given it up; its status stays\n";
    logs.append(mine.assignment(), log + note);
    LOG.warn("event={} no={} state=late {}", ended.eventId(), ended.no(), note.strip());
    return Claims.Ending.LATE;
  }
}
