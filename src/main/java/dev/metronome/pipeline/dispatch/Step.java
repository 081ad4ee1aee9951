package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What the leader does next, in one transaction if it fits: dispatches an event, or moves the event
 * in progress on, and dispatches the next one if that ends.
 *
 * @param fence the session that its transactions check
 * @param moves none if there is nothing to do; the first one counts, the other goes with it
 */
public record Step(String fence, List<Move> moves) {

  public Step {
    moves = List.copyOf(moves);
  }

  static Step none(String fence) {
    return new Step(fence, List.of());
  }

  static Step of(String fence, Move move) {
    return new Step(fence, List.of(move));
  }

  /** Writes these about the event in progress, whose plan stays as it is. */
  static Step within(Progress progress, List<Transaction> changes) {
    return changes.isEmpty()
        ? none(progress.fence())
        : of(progress.fence(), Move.within(progress, changes));
  }

  /** The same, dispatching the next event too. */
  public Step then(Step dispatch) {
    return new Step(fence, Stream.concat(moves.stream(), dispatch.moves.stream()).toList());
  }

  /** The same without what goes with its first move. */
  Step first() {
    return new Step(fence, moves.subList(0, 1));
  }

  Step only(Predicate<Move> wanted) {
    return new Step(fence, moves.stream().filter(wanted).toList());
  }

  /** Whether there is anything to do. */
  public boolean isDue() {
    return !moves.isEmpty();
  }

  /** Whether the event in progress ends by it, so that the next one can begin with it. */
  public boolean isEnd() {
    return moves.stream().anyMatch(Move::isEnd);
  }

  /** Whether nodes must be selected before it is written. */
  public boolean opensTask() {
    return waiting().isPresent();
  }

  /** Whether it must be known how those are whose health a task waits for. */
  public boolean isAtGate() {
    return waitingProgress().isPresent();
  }

  /** The event in progress whose head task waits at its gate. */
  Optional<Progress> waitingProgress() {
    return moves.stream().filter(Move::isAtGate).findFirst().flatMap(Move::progress);
  }

  /** The same, its first move behind another step in one transaction. */
  Step after(Transaction step) {
    List<Move> all = new ArrayList<>(moves);
    all.set(0, all.get(0).after(step));
    return new Step(fence, all);
  }

  /** The slot that it is about. */
  public String slot() {
    return moves.stream()
        .flatMap(move -> move.progress().map(Progress::plan).or(move::plan).stream())
        .findFirst()
        .map(Plan::slot)
        .orElse(Keys.COMMON_LANE);
  }

  /** The plan that stands in its slot after it; empty if it ends without another. */
  Optional<Plan> plan() {
    return moves.stream().flatMap(move -> move.plan().stream()).reduce((before, last) -> last);
  }

  /** The plan whose head task is to be opened. */
  Optional<Plan> waitingPlan() {
    return waiting().flatMap(Move::plan);
  }

  /** What leaves a task waiting. */
  Optional<Move> waiting() {
    return moves.stream().filter(Move::isWaiting).findFirst();
  }

  /** The same, with this in the stead of what leaves a task waiting. */
  Step opened(Move open) {
    return new Step(fence, moves.stream().map(each -> each.isWaiting() ? open : each).toList());
  }

  /** Results of tasks that ended by it, as maps with the fields of their JSON: for the hooks. */
  public List<Map<String, Object>> finishedTasks() {
    return moves.stream()
        .flatMap(move -> move.finished().task().stream())
        .map(Json::fields)
        .toList();
  }

  /** Batches of tasks that ended by it, likewise, as results of their nodes alone. */
  public List<Map<String, Object>> finishedBatches() {
    return moves.stream()
        .flatMap(move -> move.finished().batch().stream())
        .map(Json::fields)
        .toList();
  }

  /** What somebody is asked for from now on, likewise. */
  public List<Map<String, Object>> wantedApprovals() {
    return moves.stream()
        .flatMap(move -> move.wanted().stream())
        .map(WantedApproval::of)
        .map(Json::fields)
        .toList();
  }

  /** Results of events that ended by it, rejected ones included: for the hooks. */
  public List<Map<String, Object>> finishedEvents() {
    return moves.stream()
        .flatMap(move -> move.finished().event().stream())
        .map(Json::fields)
        .toList();
  }
}
