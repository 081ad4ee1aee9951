package dev.metronome.pipeline.dispatch;

import dev.metronome.model.record.BatchPlace;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.GateState;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.TaskResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line for each change of state that the leader has written. */
final class StateLog {

  private static final Logger LOG = LoggerFactory.getLogger("dev.metronome.leader");

  private StateLog() {}

  static void of(Step step) {
    step.moves().forEach(StateLog::of);
  }

  private static void of(Move move) {
    move.finished().task().ifPresent(StateLog::ended);
    if (move.isDispatch()) {
      move.plan().ifPresent(StateLog::dispatched);
      move.finished().event().ifPresent(StateLog::rejected);
    } else {
      move.finished().event().ifPresent(StateLog::ended);
      move.plan()
          .filter(Plan::isOpen)
          .ifPresent(move.isOfGate() ? StateLog::waiting : StateLog::opened);
    }
  }

  private static void waiting(Plan plan) {
    plan.gate()
        .flatMap(GateState::waiting)
        .ifPresent(
            wait ->
                LOG.info(
                    "event={} no={} task={} state=gate{} until={} {}",
                    plan.event().id(),
                    plan.current(),
                    plan.head().task(),
                    batch(plan),
                    wait.until(),
                    wait.what().map(what -> "waiting for " + what).orElse("")));
  }

  private static String batch(Plan plan) {
    return plan.batch().map(batch -> " batch=" + batch.no() + "/" + batch.of()).orElse("");
  }

  private static void dispatched(Plan plan) {
    String id = plan.event().id();
    String name = plan.event().name();
    LOG.info("event={} name={} state=dispatched tasks={}", id, name, plan.tasks().size());
    plan.leftOutBefore()
        .forEach(part -> LOG.warn("event={} name={} state=incomplete {}", id, name, part));
  }

  private static void rejected(EventResult event) {
    LOG.warn(
        "event={} name={} state={} {}",
        event.id(),
        event.name(),
        event.status().word(),
        event.message().orElse(""));
  }

  private static void opened(Plan plan) {
    LOG.info(
        "event={} no={} task={} state=open{}{} targets={}",
        plan.event().id(),
        plan.current(),
        plan.head().task(),
        plan.head().part().map(part -> " part=" + part.word()).orElse(""),
        batch(plan),
        plan.targets());
    plan.gate()
        .filter(gate -> gate.failed().contains(before(plan)))
        .ifPresent(gate -> LOG.warn("event={} state=gate-failed {}", plan.event().id(), why(gate)));
  }

  /** The gate that was at an end when this batch opened. */
  private static int before(Plan plan) {
    return plan.batch().map(BatchPlace::no).orElse(1) - 1;
  }

  private static String why(GateState gate) {
    return gate.reasons().get(gate.reasons().size() - 1);
  }

  private static void ended(TaskResult task) {
    LOG.info(
        "event={} no={} task={} state={}{}",
        task.eventId(),
        task.no(),
        task.name(),
        task.status().word(),
        task.message().map(message -> " " + message).orElse(""));
  }

  private static void ended(EventResult event) {
    LOG.info(
        "event={} name={} state={}{}",
        event.id(),
        event.name(),
        event.status().word(),
        event.message().map(message -> " " + message).orElse(""));
  }
}
