package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.pipeline.quarantine.Quarantine;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a task on a node in the node's stead. The claim's index, or its absence, is checked, so that
 * an outcome which the node has recorded meanwhile stands; and the plan's, so that a leader who
 * lost and won the lock again does not act on an old view.
 */
final class Settlement {

  private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

  private Settlement() {}

  static Transaction of(Keys keys, Progress progress, String node, Outcome outcome, Instant now) {
    Plan plan = progress.plan();
    String eventId = plan.event().id();
    String key = keys.claim(plan, node);
    Optional<Progress.Held> held = progress.claim(node);
    Claim ended = claim(progress, node, outcome, now);
    Transaction change =
        new Transaction("settle").checkIndex(keys.plan(plan.slot()), progress.planIndex());
    if (held.isPresent()) {
      change.compareAndSet(key, Json.write(ended), held.get().index());
      held.get().fault().ifPresent(fault -> change.and(setAside(keys, fault, now)));
    } else {
      change.checkNotExists(key).set(key, Json.write(ended));
    }
    return change
        .set(keys.result(eventId, plan.current(), node), Json.write(NodeResult.of(ended)))
        .set(keys.assignment(node, plan.slot()), new byte[0]);
  }

  // INVARIANT: promise 7, an unreadable record is set aside with its key named in the log.
  private static Transaction setAside(Keys keys, Progress.Unreadable claim, Instant now) {
    LOG.error("claim={} state=set-aside {}", claim.entry().key(), claim.why().getMessage());
    return Quarantine.keeping(keys, claim.entry(), claim.why(), now);
  }

  /** The claim as it ends, also of a node that never made one. */
  static Claim claim(Progress progress, String node, Outcome outcome, Instant now) {
    return progress
        .claim(node)
        .map(Progress.Held::claim)
        .orElseGet(() -> unclaimed(progress.plan(), node, now))
        .ended(now, outcome);
  }

  /** For a node that never took the task. */
  static Claim unclaimed(Plan plan, String node, Instant now) {
    return Claim.untaken(plan.event().id(), plan.current(), node, plan.openedAt().orElse(now));
  }
}
