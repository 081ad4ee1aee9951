package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.InstanceHealth;
import dev.metronome.model.record.HealthGate;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.Limit;
import dev.metronome.model.record.NodeSelector;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Goes through a plan as the leader would, if every operation succeeded, everybody agreed and the
 * catalog stayed as it is: the same targets, the same verdicts, the same end. Writes nothing.
 */
public final class PlanSimulation {

  private final Targets targets;
  private final ServiceHealth health;
  private final Keys keys;

  /**
   * @param health of services, for tasks that wait for it
   */
  public PlanSimulation(Targets targets, ServiceHealth health, Keys keys) {
    this.targets = targets;
    this.health = health;
    this.keys = keys;
  }

  /**
   * A task's turn.
   *
   * @param found the nodes that match
   * @param targets those of them that would have it to run
   * @param batches the same in batches, if there are several
   * @param unspread those of them that lack the key by which the task is spread
   * @param gate what its gate of health would say now
   * @param outcome how it would end; absent if the event has ended before, and of an undo
   */
  public record Turn(
      PlannedTask task,
      Targets.Resolution found,
      List<String> targets,
      List<List<String>> batches,
      List<String> unspread,
      GateOutlook gate,
      Optional<Outcome> outcome) {
    public Turn {
      targets = List.copyOf(targets);
      batches = List.copyOf(batches);
      unspread = List.copyOf(unspread);
    }
  }

  /**
   * All of an event.
   *
   * @param outcome how it would end
   */
  public record Course(List<Turn> turns, Outcome outcome) {
    public Course {
      turns = List.copyOf(turns);
    }
  }

  /**
   * The course of a plan.
   *
   * @param start how long the leader waits for a node
   * @param objection why a node that is ready cannot run a task, if so
   */
  public Course of(
      Plan waiting, Duration start, BiFunction<PlannedTask, String, Optional<Outcome>> objection) {
    Map<NodeSelector, Look> known = new HashMap<>();
    List<Turn> turns = new ArrayList<>();
    Plan plan = waiting;
    Optional<Limit> limit = waiting.event().limit();
    for (PlannedTask task : waiting.tasks().subList(waiting.current(), waiting.tasks().size())) {
      if (task.isApproval()) {
        turns.add(asked(task, plan.ending().isEmpty()));
        plan = plan.ending().isEmpty() ? after(plan, task, Outcome.success(), List.of()) : plan;
        continue;
      }
      Look look = known.computeIfAbsent(task.nodes(), nodes -> look(task));
      List<String> chosen = task.no() == waiting.current() ? waiting.chosen() : List.of();
      List<Candidate> found =
          look.nodes().stream().map(each -> each.judged(task, chosen, limit)).toList();
      Selection selection = Selection.ofWanted(task, chosen, limit, found);
      List<String> nodes = selection.blocks() ? List.of() : selection.targets();
      Outcome outcome =
          look.unselectable().orElseGet(() -> outcome(selection, nodes, start, objection));
      boolean hasTurn = task.isFinally() || (!task.isUndo() && plan.ending().isEmpty());
      Optional<Outcome> own = hasTurn ? Optional.of(outcome) : Optional.empty();
      List<List<String>> batches =
          nodes.isEmpty() ? List.of() : selection.batches(waiting.event().id());
      turns.add(
          new Turn(
              task,
              Targets.Resolution.of(found),
              nodes,
              batches.size() > 1 ? inOrder(task, batches) : List.of(),
              task.isUndo() ? List.of() : selection.unspread(),
              gate(task, batches),
              own));
      plan = hasTurn ? after(plan, task, outcome, selection.leftOut()) : plan;
    }
    return new Course(turns, plan.ending().orElseThrow().outcome());
  }

  /** Somebody is asked, and agrees. */
  private static Turn asked(PlannedTask task, boolean hasTurn) {
    return new Turn(
        task,
        new Targets.Resolution(List.of(), List.of(), List.of()),
        List.of(),
        List.of(),
        List.of(),
        GateOutlook.CLEAR,
        Optional.of(Outcome.success()).filter(it -> hasTurn));
  }

  /** An undo goes back: the last batch first. */
  private static List<List<String>> inOrder(PlannedTask task, List<List<String>> batches) {
    List<List<String>> order = new ArrayList<>(batches);
    if (task.isUndo()) {
      Collections.reverse(order);
    }
    return order;
  }

  private static Plan after(Plan plan, PlannedTask task, Outcome outcome, List<LeftOut> out) {
    Plan head = plan.ending().isPresent() ? plan.to(task, out) : plan;
    boolean last = head.isLast() || EventEnd.isReached(head, outcome);
    return last
        ? EventEnd.of(head, outcome, out)
        : head.goneOnAfter(outcome).next(outcome.status(), out);
  }

  private GateOutlook gate(PlannedTask task, List<List<String>> batches) {
    Optional<HealthGate> gate = task.batching().health();
    if (gate.isEmpty() || batches.isEmpty() || task.service().isEmpty()) {
      return GateOutlook.CLEAR;
    }
    List<List<InstanceHealth>> seen = health.look(task.service().get());
    HealthLook now = HealthLook.of(task, seen.get(seen.size() - 1), keys.prefix());
    List<String> all = batches.stream().flatMap(List::stream).toList();
    Map<String, String> nodes = targets.consulNodes(all);
    List<String> forbidden = new ArrayList<>();
    List<String> never = new ArrayList<>();
    for (int at = 0; at < batches.size(); at++) {
      String batch = "batch " + (at + 1) + " of " + batches.size() + " for ";
      List<String> open = batches.get(at).stream().map(nodes::get).toList();
      if (now.isTooFewForEver(gate.get(), open)) {
        now.tooFew(gate.get(), open).ifPresent(why -> never.add(batch + why));
      } else {
        now.tooFew(gate.get(), open).ifPresent(why -> forbidden.add(batch + why));
      }
    }
    return new GateOutlook(now.sick(nodes), forbidden, never);
  }

  /** What Consul's catalog tells. */
  private record Look(List<Candidate> nodes, Optional<Outcome> unselectable) {}

  private Look look(PlannedTask task) {
    try {
      return new Look(targets.found(task), Optional.empty());
    } catch (UnselectableException e) {
      return new Look(List.of(), Optional.of(e.outcome()));
    }
  }

  private static Outcome outcome(
      Selection selection,
      List<String> nodes,
      Duration start,
      BiFunction<PlannedTask, String, Optional<Outcome>> objection) {
    PlannedTask task = selection.task();
    if (selection.blocks()) {
      return Outcomes.failedNode(String.join(", ", selection.failed()));
    }
    if (selection.isBeyondLimit()) {
      return Outcomes.beyondLimit(selection);
    }
    if (nodes.isEmpty()) {
      return Outcomes.noTarget(task, start, selection.leftOut());
    }
    Map<String, Outcome> ends = new HashMap<>();
    for (String node : nodes) {
      Optional<Outcome> against =
          selection.isWithoutAgent(node)
              ? Optional.of(Outcomes.noAgent(node, start, Optional.empty()))
              : objection.apply(task, node);
      against.ifPresent(outcome -> ends.put(node, outcome));
    }
    return Outcomes.ofTask(nodes, ends);
  }
}
