package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Batching;
import dev.metronome.model.record.GateState;
import dev.metronome.model.record.HealthGate;
import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Share;
import dev.metronome.model.record.Status;
import dev.metronome.model.record.TaskResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What one task of an event must come to, whatever dies meanwhile: a model that knows nothing of
 * how it is done. It hears of each operation when it begins and when it is over, as scripts would
 * write, of each look of a leader, and of what stands open after it.
 */
final class TaskJudge {

  final PlannedTask task;
  private final List<List<String>> batches;
  private final int mayFail;
  private final TierHealth health;
  private final Supplier<Map<String, NodeResult>> results;
  private final Set<String> begun = new HashSet<>();
  private final Set<String> atWork = new HashSet<>();
  private Optional<GateJudge> gate = Optional.empty();
  private int gateFailures;
  private boolean isOpen;
  private int open;

  /**
   * @param batches of its nodes, in their order
   * @param results how the task stands on its nodes, as it is recorded
   */
  TaskJudge(
      PlannedTask task,
      List<List<String>> batches,
      TierHealth health,
      Supplier<Map<String, NodeResult>> results) {
    this.task = task;
    this.batches = batches;
    this.mayFail =
        task.batching().maxFailures().map(share -> number(share, all().size(), 0)).orElse(0);
    this.health = health;
    this.results = results;
  }

  private static int number(Share share, int all, int least) {
    return share.percent() ? Math.max(least, all * share.number() / 100) : share.number();
  }

  static List<List<String>> divided(List<String> nodes, Batching batching) {
    List<List<String>> batches = new ArrayList<>();
    int from = 0;
    while (from < nodes.size()) {
      List<Share> serial = batching.serial();
      int size =
          serial.isEmpty()
              ? nodes.size()
              : number(serial.get(Math.min(batches.size(), serial.size() - 1)), nodes.size(), 1);
      int to = Math.min(nodes.size(), from + size);
      batches.add(nodes.subList(from, to));
      from = to;
    }
    return batches;
  }

  /** What takes it back: those that have begun it, the last batch first. */
  List<List<String>> reversed() {
    List<List<String>> back = new ArrayList<>();
    for (List<String> batch : batches) {
      back.add(batch.stream().filter(begun::contains).toList());
    }
    back.removeIf(List::isEmpty);
    Collections.reverse(back);
    return back;
  }

  private List<String> all() {
    return batches.stream().flatMap(List::stream).toList();
  }

  private List<String> opened() {
    return batches.subList(0, open).stream().flatMap(List::stream).toList();
  }

  private Optional<HealthGate> wanted() {
    return task.batching().health();
  }

  private String service() {
    return task.service().orElse("");
  }

  void begun(String node) {
    assertThat(open).as("batches open when %s begins", node).isPositive();
    assertThat(begun.add(node)).as("%s runs it once", node).isTrue();
    assertThat(batches.get(open - 1)).as("the newest batch").contains(node).containsAll(atWork);
    atWork.add(node);
  }

  /** It has ended there, or its process has died. */
  void over(String node) {
    atWork.remove(node);
  }

  /** Whoever has not said that it has ended was given up. */
  void givenUp() {
    atWork.clear();
  }

  /** A leader looks at what it waits for, if it does. */
  void look(int leader, Duration now) {
    gate.ifPresent(waiting -> waiting.look(leader, now, health, service()));
  }

  /** Whether it has waited as long as it may. */
  boolean isOverdue(Duration now) {
    return gate.filter(waiting -> waiting.isOver(now)).isPresent();
  }

  /** So it stands in the plan after a step. */
  void stands(Plan plan, Duration now) {
    isOpen |= plan.isOpen();
    int targets = plan.targets().size();
    if (targets > opened().size()) {
      nextBatch(now);
      assertThat(plan.targets()).containsExactlyElementsOf(opened());
    }
    if (plan.gate().flatMap(GateState::waiting).isPresent()) {
      gate = gate.or(() -> Optional.of(new GateJudge(wanted().orElseThrow(), now, waitedFor())));
    }
  }

  /** Those of the newest batch on which it has succeeded. */
  private List<String> waitedFor() {
    Map<String, NodeResult> recorded = results.get();
    return open == 0
        ? List.of()
        : batches.get(open - 1).stream()
            .filter(node -> recorded.get(node).status() == Status.SUCCESS)
            .toList();
  }

  private void nextBatch(Duration now) {
    Map<String, NodeResult> recorded = results.get();
    assertThat(atWork).as("at work when a batch of %s opens", task.title()).isEmpty();
    assertThat(opened())
        .as("have all ended when a batch opens")
        .allMatch(node -> recorded.containsKey(node) && recorded.get(node).status().isFinal());
    leaveGate(now);
    assertThat(failures(recorded))
        .as("failed when batch %s of %s opens", open + 1, task.title())
        .isLessThanOrEqualTo(mayFail);
    assertThat(isKept()).as("enough beside batch %s of %s", open + 1, task.title()).isTrue();
    open++;
  }

  /** Passed, or failed, which counts; there is no third. */
  private void leaveGate(Duration now) {
    if (wanted().isPresent() && !waitedFor().isEmpty()) {
      assertThat(gate).as("the gate of batch %s of %s", open, task.title()).isPresent();
    }
    if (gate.isPresent() && !gate.get().isPassed(now)) {
      assertThat(gate.get().isOver(now))
          .as("batch %s of %s was not well for so long", open, task.title())
          .isTrue();
      gateFailures++;
    }
    gate = Optional.empty();
  }

  private boolean isKept() {
    List<String> beside = new ArrayList<>(all());
    beside.removeAll(batches.get(open));
    return wanted()
        .flatMap(HealthGate::keep)
        .filter(keep -> health.well(beside, service()) < number(keep, all().size(), 1))
        .isEmpty();
  }

  private int failures(Map<String, NodeResult> recorded) {
    return failed(opened(), recorded).size() + gateFailures;
  }

  private static List<String> failed(Collection<String> nodes, Map<String, NodeResult> recorded) {
    return nodes.stream().filter(node -> recorded.get(node).status() != Status.SUCCESS).toList();
  }

  /** It has ended, because somebody has cancelled it or by itself. */
  void closed(TaskResult result, boolean cancelled, Duration now) {
    Map<String, NodeResult> recorded = results.get();
    List<String> others = all().subList(opened().size(), all().size());
    assertThat(atWork).as("at work when %s is closed", task.title()).isEmpty();
    assertThat(recorded.keySet()).containsExactlyInAnyOrderElementsOf(opened());
    assertThat(recorded.values()).allMatch(each -> each.status().isFinal());
    assertThat(result.targets()).containsExactlyElementsOf(opened()).containsAll(begun);
    assertThat(result.leftOut())
        .extracting(LeftOut::node)
        .containsExactlyElementsOf(isOpen ? others : List.of());
    boolean well = failed(opened(), recorded).isEmpty() && others.isEmpty();
    if (!cancelled) {
      ended(recorded, others, now);
    }
    boolean proven = cancelled ? wanted().isEmpty() : gateFailures == 0;
    assertThat(result.status() == Status.SUCCESS)
        .as("success of %s", task.title())
        .isEqualTo(well && proven);
  }

  /** Why it has ended, if others might have followed. */
  private void ended(Map<String, NodeResult> recorded, List<String> others, Duration now) {
    assertThat(isOpen).as("%s was opened", task.title()).isTrue();
    boolean tooFew = !others.isEmpty() && !isKept() && isOverdue(now);
    if (failures(recorded) <= mayFail) {
      leaveGate(now);
    }
    if (!others.isEmpty() && !tooFew) {
      assertThat(failures(recorded)).as("failures for which it stops").isGreaterThan(mayFail);
    }
  }
}
