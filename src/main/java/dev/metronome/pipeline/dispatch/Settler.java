package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Presence;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Ends a task on those of its nodes that will not do so themselves: they do not take it in time,
 * have vanished while they ran it, or do not come to an end.
 */
final class Settler {

  /** How often it asks the catalog for nodes that have failed. */
  private static final Duration LOOK = Duration.ofSeconds(2);

  private final ConsulConnection connection;
  private final Keys keys;
  private final Targets targets;
  private final Predicate<String> busy;
  private final Limits limits;
  private final Clock clock;
  private final Elapsed elapsed;

  /**
   * @param busy whether a node is at work on what is in progress in another slot
   */
  Settler(
      ConsulConnection connection,
      Keys keys,
      Targets targets,
      Predicate<String> busy,
      Limits limits,
      Clock clock,
      Elapsed elapsed) {
    this.connection = connection;
    this.keys = keys;
    this.targets = targets;
    this.busy = busy;
    this.limits = limits;
    this.clock = clock;
    this.elapsed = elapsed;
  }

  // INVARIANT: promise 6, a node that vanishes ends as error, never as inprogress for ever.
  List<Transaction> settlements(Progress progress) {
    List<Transaction> changes = new ArrayList<>();
    Duration finish = limits.finish(progress.plan().head());
    boolean overdue = elapsed.of("finish").compareTo(finish) >= 0;
    List<String> failed = failedUnclaimed(progress);
    for (String node : progress.plan().awaited()) {
      if (!progress.hasEnded(node) && !isBusy(progress, node)) {
        (overdue && isOverdue(node, finish)
                ? Optional.of(Outcomes.overdue(node, finish))
                : judged(progress, node, failed))
            .map(outcome -> Settlement.of(keys, progress, node, outcome, clock.instant()))
            .ifPresent(changes::add);
      }
    }
    return changes;
  }

  /** Whether it has not taken the task since it does another lane's: its time begins then. */
  private boolean isBusy(Progress progress, String node) {
    boolean isBusy = progress.claim(node).isEmpty() && busy.test(node);
    if (isBusy) {
      elapsed.restart("unclaimed " + node);
      elapsed.restart("free " + node);
    }
    return isBusy;
  }

  /** One that was busy when the task was opened has its time from when it was that last. */
  private boolean isOverdue(String node, Duration finish) {
    return elapsed
        .sinceRestart("free " + node)
        .filter(since -> since.compareTo(finish) < 0)
        .isEmpty();
  }

  private Optional<Outcome> judged(Progress progress, String node, List<String> failed) {
    PlannedTask task = progress.plan().head();
    Optional<Progress.Held> held = progress.claim(node);
    if (held.isEmpty()) {
      return untaken(task, node, failed);
    }
    elapsed.reset("unclaimed " + node); // a claim may be deleted, and put back by its node
    if (held.get().fault().isPresent()) {
      return held.get().fault().map(Progress.Unreadable::outcome);
    }
    if (held.get().locked()) {
      elapsed.reset("lost " + node);
      return Optional.empty();
    }
    return elapsed.of("lost " + node).compareTo(limits.lost(task)) >= 0
        ? Optional.of(Outcomes.lost(node, task, held.get().claim()))
        : Optional.empty();
  }

  private Optional<Outcome> untaken(PlannedTask task, String node, List<String> failed) {
    if (failed.contains(node)) {
      return Optional.of(Outcomes.unreachable(task, Outcomes.failedNode(node)));
    }
    if (elapsed.of("unclaimed " + node).compareTo(limits.start()) < 0) {
      return Optional.empty();
    }
    Optional<Entry> presence = connection.get(keys.presence(node));
    Optional<Presence> agent =
        presence.flatMap(it -> Json.readable(it.key(), it.value(), Presence.class));
    if (task.isUndo() && presence.filter(Entry::isLocked).isPresent() && isBusy(agent)) {
      // What it takes back still runs there; when it has ended, the node has its time to take it.
      elapsed.reset("unclaimed " + node);
      return Optional.empty();
    }
    return Optional.of(
        Outcomes.unreachable(
            task, Outcomes.noAgent(node, limits.start(), agent.flatMap(Settler::busy))));
  }

  private static boolean isBusy(Optional<Presence> agent) {
    return agent.flatMap(Presence::busy).isPresent();
  }

  /** Why a node takes no task, in its own words. */
  private static Optional<String> busy(Presence agent) {
    return agent.knowsSlots()
        ? agent.busy()
        : Optional.of(
            "it is of version " + agent.version() + ", which does not know this queue; update it");
  }

  private List<String> failedUnclaimed(Progress progress) {
    List<String> unclaimed =
        progress.plan().awaited().stream().filter(n -> progress.claim(n).isEmpty()).toList();
    boolean patient = elapsed.of("start").compareTo(LOOK) < 0;
    return unclaimed.isEmpty() || patient || !elapsed.isDue("look", LOOK)
        ? List.of()
        : targets.failedAmong(unclaimed);
  }
}
