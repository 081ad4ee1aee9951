package dev.metronome.pipeline.claim;

import dev.metronome.consul.Commit;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Json;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One try to count a further attempt in its claim. */
final class FurtherAttempt {

  private static final Logger LOG = LoggerFactory.getLogger(FurtherAttempt.class);

  private final ConsulConnection connection;
  private final ClaimTransactions transactions;
  private final HeldClaims held;

  FurtherAttempt(ConsulConnection connection, ClaimTransactions transactions, HeldClaims held) {
    this.connection = connection;
    this.transactions = transactions;
    this.held = held;
  }

  /**
   * Whether it may begin; empty if it must be tried again: the claim's lock was lost with its
   * session, or somebody has touched the claim.
   */
  Optional<Boolean> count(HeldClaims.Held mine, Claim next) {
    Commit commit = connection.commit(transactions.attempt(mine, next));
    return commit instanceof Commit.Done done
        ? Optional.of(counted(mine, next, done.index()))
        : refused(mine, next);
  }

  private boolean counted(HeldClaims.Held mine, Claim next, long index) {
    held.add(mine.trying(next, index));
    return true;
  }

  private Optional<Boolean> refused(HeldClaims.Held mine, Claim next) {
    Optional<Entry> entry = connection.get(transactions.key(mine.assignment()));
    Optional<Claim> found = entry.flatMap(it -> Json.readable(it.key(), it.value(), Claim.class));
    if (found.filter(next::equals).isPresent() && entry.get().isLockedBy(mine.session())) {
      return Optional.of(counted(mine, next, entry.get().modifyIndex())); // its answer was lost
    }
    if (held.isForeign(mine, entry) && held.putBack(mine, entry)) {
      return Optional.empty();
    }
    if (found.filter(held::isOwn).filter(claim -> claim.outcome().isEmpty()).isPresent()) {
      held.relock(mine, entry.get());
      return Optional.empty();
    }
    LOG.warn("claim={} state=given-up no further attempt", mine.assignment().taskId());
    return Optional.of(false);
  }
}
