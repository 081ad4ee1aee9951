package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Puts the head task of a plan into the queues of its targets (transaction <em>assign</em>,
 * docs/protocol.md, "Transactions"). Since the plan names them, a successor can do it again.
 */
final class Assigner {

  /** Leaves room for closing one task, ending one event and dispatching another. */
  private static final int ASSIGNMENTS_IN_CHANGE = 40;

  private static final long BYTES_IN_CHANGE = 200_000;

  /** Each assignment beyond comes with a check, beside the fence and the check of the plan. */
  private static final int ASSIGNMENTS_IN_FOLLOWER = 30;

  private static final long BYTES_IN_FOLLOWER = 400_000;

  /** How long targets may take to claim before it is looked for their assignments. */
  private static final Duration EARLY = Duration.ofSeconds(2);

  /** How often it looks whether the assignments that nobody has taken are still there. */
  private static final Duration AGAIN = Duration.ofSeconds(10);

  private final ConsulConnection connection;
  private final Keys keys;
  private final Elapsed elapsed;

  Assigner(ConsulConnection connection, Keys keys, Elapsed elapsed) {
    this.connection = connection;
    this.keys = keys;
    this.elapsed = elapsed;
  }

  /**
   * Assigns a task that has just been opened, or a batch of it, to its targets.
   *
   * @param targets those that it opens for
   * @param change takes as many as fit beside other operations
   * @return transactions with the others
   */
  List<Transaction> assign(Plan plan, List<String> targets, Transaction change, Instant now) {
    int first = 0;
    while (first < Math.min(targets.size(), ASSIGNMENTS_IN_CHANGE)) {
      Transaction next = assignment(plan, targets.get(first), now);
      if (change.bytes() + next.bytes() > BYTES_IN_CHANGE) {
        break;
      }
      change.and(next);
      first++;
    }
    return unclaimed(plan, targets.subList(first, targets.size()), now);
  }

  /** For nodes that have not claimed it. */
  private List<Transaction> unclaimed(Plan plan, List<String> nodes, Instant now) {
    List<Transaction> all = new ArrayList<>();
    Transaction last = new Transaction();
    for (String node : nodes) {
      Transaction next =
          new Transaction("assign")
              .checkNotExists(keys.claim(plan, node))
              .and(assignment(plan, node, now));
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

  private Transaction assignment(Plan plan, String node, Instant now) {
    return new Transaction()
        .set(keys.assignment(node, plan.slot()), Json.write(Assignment.of(plan, now)));
  }

  /**
   * Now and then, when targets are slow to claim: assignments that a leader may have died before
   * putting, or that somebody has deleted; also for a claim that nobody holds, since its node may
   * know how the task has ended.
   */
  List<Transaction> again(Progress progress, Instant now) {
    if (elapsed.of("assigned").compareTo(EARLY) < 0 || !elapsed.isDue("assign", AGAIN)) {
      return List.of();
    }
    Plan plan = progress.plan();
    List<String> missing = missing(plan, plan.awaited().stream().filter(progress::isFree).toList());
    if (!missing.isEmpty()) {
      elapsed.reset("assign");
    }
    List<String> fresh = missing.stream().filter(node -> progress.claim(node).isEmpty()).toList();
    return Stream.concat(
            unclaimed(plan, fresh, now).stream(),
            missing.stream().flatMap(node -> unheld(progress, node, now)))
        .map(change -> checked(progress).and(change))
        .toList();
  }

  private Transaction checked(Progress progress) {
    String slot = keys.plan(progress.plan().slot());
    return new Transaction().checkIndex(slot, progress.planIndex());
  }

  /** For a node whose claim nobody holds, as long as that stays so. */
  private Stream<Transaction> unheld(Progress progress, String node, Instant now) {
    Plan plan = progress.plan();
    String claim = keys.claim(plan, node);
    return progress.claim(node).stream()
        .map(
            held ->
                new Transaction("assign")
                    .checkIndex(claim, held.index())
                    .and(assignment(plan, node, now)));
  }

  /** Those of the nodes that it does not stand assigned to. */
  private List<String> missing(Plan plan, List<String> nodes) {
    if (nodes.isEmpty()) {
      return List.of();
    }
    String task = TaskId.of(plan.event().id(), plan.current());
    Map<String, String> slots = new LinkedHashMap<>();
    nodes.forEach(node -> slots.put(node, keys.assignment(node, plan.slot())));
    Set<String> there =
        connection.read(List.copyOf(slots.values())).stream()
            .filter(entry -> isOf(task, entry))
            .map(Entry::key)
            .collect(Collectors.toSet());
    return nodes.stream().filter(node -> !there.contains(slots.get(node))).toList();
  }

  /** One that cannot be read is its node's to set aside, or to leave alone. */
  private static boolean isOf(String task, Entry entry) {
    return entry.value().length > 0
        && Json.readable(entry.key(), entry.value(), Assignment.class)
            .map(assignment -> assignment.taskId().equals(task))
            .orElse(true);
  }
}
