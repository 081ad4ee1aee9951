package dev.metronome.pipeline.claim;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.NewerRecordException;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.UnreadableRecordException;
import dev.metronome.pipeline.process.BoundedOutput;
import java.time.Clock;
import java.util.Arrays;
import java.util.Locale;
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
      return Optional.of(unclaimed(mine, ended, log));
    }
    boolean own = held.isOwn(found.get()) && found.get().attempt() == ended.attempt();
    if (own && found.get().outcome().isEmpty()) {
      held.relock(mine, entry.get());
      return Optional.empty();
    }
    boolean written = own && found.get().finishedAt().equals(ended.finishedAt());
    return Optional.of(
        written ? Claims.Ending.RECORDED : unrecorded(mine, ended, log, Claims.Ending.LATE));
  }

  /**
   * Nobody has a claim of it any more: the leader has closed the task, perhaps with what an attempt
   * wrote whose answer was lost; or all that Consul had of it is gone.
   */
  private Claims.Ending unclaimed(HeldClaims.Held mine, Claim ended, String log) {
    Optional<Entry> result = connection.get(transactions.result(mine.assignment()));
    if (result.isEmpty()) {
      return unrecorded(mine, ended, log, Claims.Ending.FORGOTTEN);
    }
    byte[] own = Json.write(NodeResult.of(ended));
    return Arrays.equals(result.get().value(), own)
        ? Claims.Ending.RECORDED
        : unrecorded(mine, ended, log, Claims.Ending.LATE);
  }

  private static Optional<Claim> read(Entry entry) {
    try {
      return Optional.of(Json.read(entry.key(), entry.value(), Claim.class));
    } catch (UnreadableRecordException | NewerRecordException e) {
      LOG.error("claim={} state=broken {}", entry.key(), e.getMessage());
      return Optional.empty();
    }
  }

  /** Appends the outcome to the task's log; its status stays (promise 6). */
  private Claims.Ending unrecorded(
      HeldClaims.Held mine, Claim ended, String log, Claims.Ending why) {
    String note =
        "the task ended here as "
            + ended.outcome().map(how -> how.status().word()).orElse("unknown")
            + (why == Claims.Ending.LATE
                ? " after the cluster had given it up; its status stays"
                : "; Consul has no record of it any more, so no status says so");
    logs.append(mine.assignment(), log + BoundedOutput.note(clock.instant(), note));
    LOG.warn(
        "event={} no={} state={} {}",
        ended.eventId(),
        ended.no(),
        why.name().toLowerCase(Locale.ROOT),
        note);
    return why;
  }
}
