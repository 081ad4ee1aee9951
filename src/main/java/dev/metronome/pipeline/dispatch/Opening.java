package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.TaskResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A head task being opened: its frozen targets, and what must be written for it (transaction
 * <em>open task</em>, docs/protocol.md, "Transactions").
 *
 * @param plan with the head task open
 * @param change task result and as many assignments as fit beside other operations
 * @param followers the other assignments; a successor can put them, since the plan names them
 */
record Opening(Plan plan, Transaction change, List<Transaction> followers) {

  /** Leaves room for closing one task, ending one event and dispatching another. */
  private static final int ASSIGNMENTS_IN_CHANGE = 40;

  private static final long BYTES_IN_CHANGE = 200_000;

  /** Each assignment beyond comes with a check, beside the fence and the plan's check. */
  private static final int ASSIGNMENTS_IN_FOLLOWER = 30;

  private static final long BYTES_IN_FOLLOWER = 400_000;

  /** Empty if it cannot be opened now: there is no node for it, or one is in the way. */
  static Optional<Opening> of(Keys keys, Plan waiting, Selection selection, Instant now) {
    List<String> targets = selection.targets();
    boolean hindered = !selection.missing().isEmpty() || selection.blocks();
    return hindered || targets.isEmpty()
        ? Optional.empty()
        : Optional.of(of(keys, waiting, targets, selection.leftOut(), now));
  }

  static Opening of(
      Keys keys, Plan waiting, List<String> targets, List<LeftOut> without, Instant now) {
    Plan plan = waiting.open(now, targets, without);
    Transaction change =
        new Transaction("open")
            .set(
                keys.result(plan.event().id(), plan.current()),
                Json.write(TaskResult.opened(plan)));
    int first = 0;
    while (first < Math.min(targets.size(), ASSIGNMENTS_IN_CHANGE)) {
      Transaction next = assign(keys, plan, targets.get(first), now);
      if (change.bytes() + next.bytes() > BYTES_IN_CHANGE) {
        break;
      }
      change.and(next);
      first++;
    }
    return new Opening(
        plan, change, assignments(keys, plan, targets.subList(first, targets.size()), now));
  }

  /** Transactions that assign the head task to nodes which have not claimed it. */
  static List<Transaction> assignments(Keys keys, Plan plan, List<String> nodes, Instant now) {
    List<Transaction> all = new ArrayList<>();
    Transaction last = new Transaction();
    for (String node : nodes) {
      Transaction next =
          new Transaction("assign")
              .checkNotExists(keys.claim(plan.event().id(), plan.current(), node))
              .and(assign(keys, plan, node, now));
      if (all.isEmpty()
          || last.size() >= 2 * ASSIGNMENTS_IN_FOLLOWER
          || last.bytes() + next.bytes() > BYTES_IN_FOLLOWER) {
        last = new Transaction();
        all.add(last);
      }
      last.and(next);
    }
    return all;
  }

  /** Assigns it to a node whose claim nobody holds, as long as that stays so. */
  static Transaction assignment(Keys keys, Plan plan, String node, long claimIndex, Instant now) {
    return new Transaction("assign")
        .checkIndex(keys.claim(plan.event().id(), plan.current(), node), claimIndex)
        .and(assign(keys, plan, node, now));
  }

  private static Transaction assign(Keys keys, Plan plan, String node, Instant now) {
    return new Transaction()
        .set(
            keys.assignment(node, plan.event().id(), plan.current()),
            Json.write(Assignment.of(plan, now)));
  }
}
